using System.Text.Json;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>
/// Whether the vendor says that a page stands before the one that was asked for first: then it counts from 0 where the template counts from 1, and nobody would
/// ever ask for its first page. What stands beside the events is read, not the events.
/// </summary>
internal static class FirstPage
{
    private const int MostDepth = 3;

    // Compared without case and '_'.
    private static readonly HashSet<string> First = new(StringComparer.OrdinalIgnoreCase) { "first", "isfirst", "firstpage", "isfirstpage" };

    private static readonly HashSet<string> Before = new(StringComparer.OrdinalIgnoreCase) { "hasprevious", "haspreviouspage", "hasprev", "hasprevpage" };

    /// <summary>Why the first page of a kind that counts may not be the vendor's first; null when nothing says so.</summary>
    public static string? DoubtOf(PageView page, SourceDefinition source)
    {
        if (!source.Paging.Kind.Counts || source.Reading is not { Shape: null, Plan.Format: PageFormat.Json } || page.Cursor is not null || page.Cut.Quarantined.Count > 0)
        {
            return null;
        }

        var body = page.Body.Span[ByteOrderMark.LengthOf(page.Body.Span)..];
        var skipped = page.Body.Length - body.Length;
        byte[] beside = page.Cut.Count == 0
            ? body.ToArray()
            : [.. body[..(page.Cut[0].Start - skipped)], .. body[(page.Cut[page.Cut.Count - 1].Start + page.Cut[page.Cut.Count - 1].Length - skipped)..]];
        try
        {
            var reader = new Utf8JsonReader(beside, new JsonReaderOptions { MaxDepth = 1_000 });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > MostDepth || reader.AsText() is not { } name)
                {
                    continue;
                }

                reader.Read();
                var plain = name.Replace("_", "", StringComparison.Ordinal);
                if ((reader.TokenType == JsonTokenType.False && First.Contains(plain)) || (reader.TokenType == JsonTokenType.True && Before.Contains(plain)))
                {
                    return $"the vendor says ('{name}' is {(reader.TokenType == JsonTokenType.True ? "true" : "false")}) that a page stands before the first one; "
                        + "it may count from 0: check 'paging.start'";
                }
            }
        }
        catch (JsonException)
        {
            // Events in a map: what stands beside them is not read.
        }

        return null;
    }
}
