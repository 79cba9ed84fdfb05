using AuditFunctions.Sources.Inspection;

namespace AuditFunctions.Sources.Expansion;

/// <summary>Says to people what a list and the answers for its items hold.</summary>
internal static class ExpansionNotes
{
    /// <summary>The list was read.</summary>
    /// <param name="query">What it was asked for with.</param>
    /// <param name="offered">How many items the vendor put on the page.</param>
    /// <param name="list">Those that count; null when the page cannot be used.</param>
    public static void OfList(PageQuery query, int offered, ItemList? list)
    {
        if (query.Inspection is not { } notes)
        {
            return;
        }

        var lines = (notes.Page?.Lines ?? []).Select(line => line with { Text = $"list: {line.Text}" });
        notes.List = [.. lines, .. list is null ? [] : new[] { new Finding($"list: {list.Count} of {offered} items are to be asked for", IsDoubtful: false) }];
        notes.Page = new PageFindings(notes.List);
    }

    /// <summary>The answers of a page were read.</summary>
    /// <param name="query">What the page was asked for with.</param>
    /// <param name="list">The page of the list.</param>
    /// <param name="next">The first item that was not asked for.</param>
    public static void Of(PageQuery query, ItemList list, int next)
    {
        if (query.Inspection is not { } notes)
        {
            return;
        }

        var answer = notes.Page is { } page && page.Lines != notes.List ? page.Lines.Select(line => line with { Text = $"answer: {line.Text}" }) : [];
        notes.Page = new PageFindings([.. notes.List, .. answer]);
        notes.NextRequest = next < list.Count ? $"that for item {next + 1} of {list.Count} of the list" : notes.NextRequest;
    }
}
