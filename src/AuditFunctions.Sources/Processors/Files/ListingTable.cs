namespace AuditFunctions.Sources.Processors.Files;

/// <summary>
/// Names of the tables of listings: lookup files that the pipeline writes when a listing of a source with <c>snapshot.keep</c> came to its end.
/// </summary>
public static class ListingTable
{
    private const string Start = "snapshot-";
    private const string End = ".jsonl";

    /// <summary>The file's name.</summary>
    public static string NameOf(string source) => $"{Start}{source}{End}";

    /// <summary>The source whose listing's table a file is; null when it is not such a table.</summary>
    public static string? SourceOf(string file) =>
        file.Length > Start.Length + End.Length && file.StartsWith(Start, StringComparison.Ordinal) && file.EndsWith(End, StringComparison.Ordinal)
            ? file[Start.Length..^End.Length]
            : null;
}
