using System.Buffers;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.Objects;

/// <summary>The names of objects, made of a batch alone: the same for each attempt and for a repeated page. Immutable.</summary>
internal sealed class ObjectNames
{
    private const string Fallback = "{source}/{year}/{month}/{day}/{batch}.jsonl.gz";
    private static readonly string[] Words = ["{source}", "{year}", "{month}", "{day}", "{batch}"];
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._=-");
    private readonly string _pattern;

    private ObjectNames(string pattern) => _pattern = pattern;

    /// <summary>The column.</summary>
    public static RowParameter Column { get; } =
        DestinationColumn.Text("name", "Names of objects, of {source}, {year}, {month}, {day} and {batch}, which must be in it.", Fallback, "audit/source={source}/date={year}-{month}-{day}/{batch}.jsonl.gz");

    /// <summary>Reads a pattern; what is wrong goes to the problems.</summary>
    public static ObjectNames Read(BoundParameters columns, Problems problems)
    {
        var pattern = columns[Column.Name]!;
        var plain = Words.Aggregate(pattern, (text, word) => text.Replace(word, "x", StringComparison.Ordinal));
        if (plain.AsSpan().ContainsAnyExcept(Allowed) || pattern.Length > 500)
        {
            problems.Add(Column.Name, $"holds something else than letters, digits, '/', '.', '_', '=', '-' and {string.Join(", ", Words)}, or is longer than 500 characters.");
        }
        else if (!pattern.Contains("{batch}", StringComparison.Ordinal))
        {
            problems.Add(Column.Name, "must hold {batch}: without it batches would take each other's place.");
        }
        else if (plain.Split('/').Any(part => part.Length == 0 || part.All(c => c == '.')))
        {
            problems.Add(Column.Name, "holds an empty part, '.' or '..' between slashes.");
        }

        return new ObjectNames(pattern);
    }

    /// <summary>The name of a batch's object, each part escaped for an address.</summary>
    public string Of(SendBody body)
    {
        var day = body.Day.Length == 8 ? body.Day : "00000000";
        var name = _pattern
            .Replace("{source}", body.Origin.Source, StringComparison.Ordinal)
            .Replace("{year}", day[..4], StringComparison.Ordinal)
            .Replace("{month}", day[4..6], StringComparison.Ordinal)
            .Replace("{day}", day[6..], StringComparison.Ordinal)
            .Replace("{batch}", body.BatchId, StringComparison.Ordinal);
        return string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
    }
}
