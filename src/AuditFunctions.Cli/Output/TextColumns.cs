namespace AuditFunctions.Cli.Output;

/// <summary>Rows of text in columns that are as wide as they must be. What does not fit the width loses its end, the widest column first.</summary>
internal static class TextColumns
{
    /// <summary>Stands where something was left out.</summary>
    public const char More = '…';

    private const int Gap = 2;
    private const int Least = 6;

    /// <summary>A line for the headings, and one for each row.</summary>
    /// <param name="headings">The headings.</param>
    /// <param name="rows">The rows, as many cells as headings each.</param>
    /// <param name="width">How many characters a line may have.</param>
    public static IEnumerable<string> Lines(string[] headings, IEnumerable<string?[]> rows, int width)
    {
        string[][] all = [headings, .. rows.Select(row => row.Select(cell => Printable.Of(cell ?? "").ReplaceLineEndings(" ")).ToArray())];
        int[] widths = [.. headings.Select((_, column) => all.Max(row => row[column].Length))];
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width && widths.Max() > Least)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return all.Select(row => Truncated(string.Join(new string(' ', Gap), row.Select((cell, column) => Truncated(cell, widths[column]).PadRight(widths[column]))).TrimEnd(), width));
    }

    /// <summary>A line for each name and its value; those without a value are left out.</summary>
    public static IEnumerable<string> Pairs(IEnumerable<(string Name, string? Value)> pairs)
    {
        var known = pairs.Where(pair => !string.IsNullOrEmpty(pair.Value)).ToArray();
        var width = known.Length == 0 ? 0 : known.Max(pair => pair.Name.Length) + Gap;
        return known.Select(pair => pair.Name.PadRight(width) + pair.Value);
    }

    /// <summary>The text, or its start when it is longer.</summary>
    public static string Truncated(string text, int width) => text.Length <= width ? text : width <= 1 ? text[..width] : string.Concat(text.AsSpan(0, width - 1), [More]);
}
