using System.Globalization;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// A row of a table that anybody may have written to: a column of another type than ours is read if it says the same, and else as if it were not there.
/// </summary>
internal sealed class StoredRow(TableEntity row)
{
    private List<string>? _unreadable;

    /// <summary>The columns that hold something else than they should, as far as they were asked for.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable ?? [];

    /// <summary>An instant.</summary>
    public DateTimeOffset? Instant(string column) => Read<DateTimeOffset>(column, value => value switch
    {
        DateTimeOffset instant => instant.ToUniversalTime(),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at.ToUniversalTime(),
        _ => null,
    });

    /// <summary>An instant; that of 1970 stands for none.</summary>
    public DateTimeOffset? Known(string column) => Instant(column) is { } instant && instant > DateTimeOffset.UnixEpoch ? instant : null;

    /// <summary>A whole number.</summary>
    public long? Number(string column) => Read<long>(column, value => value switch
    {
        int number => number,
        long number => number,
        double number when number is > long.MinValue and < long.MaxValue => (long)number,
        string text when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    });

    /// <summary>A whole number that a counter can hold; another is null.</summary>
    public int? Count(string column) => Number(column) is >= 0 and <= int.MaxValue and var number ? (int)number : null;

    /// <summary>Yes or no.</summary>
    public bool? Flag(string column) => Read<bool>(column, value => value switch
    {
        bool flag => flag,
        string text when bool.TryParse(text, out var flag) => flag,
        _ => null,
    });

    /// <summary>A text; an empty one is null.</summary>
    public string? Text(string column)
    {
        if (!row.TryGetValue(column, out var value) || value is null or "")
        {
            return null;
        }

        if (value is not string text)
        {
            Note(column);
            return null;
        }

        return text;
    }

    /// <summary>Bytes; empty when there are none.</summary>
    public ReadOnlySpan<byte> Bytes(string column)
    {
        if (!row.TryGetValue(column, out var value) || value is null)
        {
            return default;
        }

        switch (value)
        {
            case byte[] bytes:
                return bytes;
            case BinaryData data:
                return data.ToMemory().Span;
            default:
                Note(column);
                return default;
        }
    }

    private T? Read<T>(string column, Func<object, T?> read)
        where T : struct
    {
        if (!row.TryGetValue(column, out var value) || value is null or "")
        {
            return null;
        }

        var known = read(value);
        if (known is null)
        {
            Note(column);
        }

        return known;
    }

    private void Note(string column) => (_unreadable ??= []).Add(column);
}
