using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>A text in which <c>{source}</c> and <c>{partition}</c> stand for where an event comes from. Immutable.</summary>
internal sealed class HecPattern
{
    private const string Source = "{source}";
    private const string Partition = "{partition}";
    private readonly (byte[] Before, string? Field)[] _parts;
    private readonly int _fixedBytes;

    /// <summary>Makes it of its text.</summary>
    public HecPattern(string text)
    {
        Text = text;
        _parts = [.. PartsOf(text)];
        _fixedBytes = _parts.Sum(part => part.Before.Length);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Most bytes that it takes.</summary>
    public int BytesOf(in BodyContext context) => _fixedBytes + (_parts.Length * 3 * (context.Source.Length + context.Partition.Length));

    /// <summary>Writes it as the inside of a JSON string.</summary>
    public void Write(ref FrameWriter frame, in BodyContext context)
    {
        foreach (var (before, field) in _parts)
        {
            frame.Write(before);
            if (field is not null)
            {
                frame.WriteText(field == Source ? context.Source : context.Partition);
            }
        }
    }

    /// <summary>What it says of a source, where the partition is not known.</summary>
    public string Of(string source) => Text.Replace(Source, source, StringComparison.Ordinal);

    /// <summary>Checks a column: braces stand for nothing else, and for no partition where none is known.</summary>
    public static void Check(BoundParameters columns, string column, bool knowsPartition, Problems problems)
    {
        var rest = columns[column]?.Replace(Source, "", StringComparison.Ordinal);
        rest = knowsPartition ? rest?.Replace(Partition, "", StringComparison.Ordinal) : rest;
        if (rest?.AsSpan().ContainsAny('{', '}') == true)
        {
            problems.Add(column, knowsPartition ? $"may hold {Source} and {Partition}, and no other braces." : $"may hold {Source} and no other braces: the raw endpoint takes one text for a whole body.");
        }
    }

    private static IEnumerable<(byte[] Before, string? Field)> PartsOf(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var (source, partition) = (text.IndexOf(Source, at, StringComparison.Ordinal), text.IndexOf(Partition, at, StringComparison.Ordinal));
            var field = source >= 0 && (partition < 0 || source < partition) ? Source : partition >= 0 ? Partition : null;
            var end = field is null ? text.Length : field == Source ? source : partition;
            yield return (Encoding.UTF8.GetBytes(JsonEncodedText.Encode(text[at..end]).ToString()), field);
            at = end + (field?.Length ?? 0);
        }
    }
}
