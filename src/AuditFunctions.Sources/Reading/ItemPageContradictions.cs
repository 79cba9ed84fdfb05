using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Reading;

/// <summary>What makes the pages of an item's answer impossible.</summary>
internal static class ItemPageContradictions
{
    private static readonly string[] Places = [RunPlaceholders.Cursor, RunPlaceholders.Page, RunPlaceholders.Offset];

    /// <summary>Reports every contradiction.</summary>
    /// <param name="expand">How items are asked for.</param>
    /// <param name="pages">How the pages of an answer follow each other.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Check(ExpandDefinition expand, PagingDefinition pages, Problems problems)
    {
        string[] sent = [.. expand.Request.Placeholders()];
        if (pages.Kind.Placeholder is { } wanted && !expand.Request.IsScripted && !sent.Contains(wanted))
        {
            problems.Add("expand.request", $"sends no {{{wanted}}}, so that every page of an item would be the first one again.");
        }

        foreach (var name in Places.Where(name => name != pages.Kind.Placeholder && sent.Contains(name)))
        {
            problems.Add("expand.paging", $"never has a value for {{{name}}}, which 'expand.request' uses; choose the kind by which this vendor pages.");
        }

        foreach (var part in pages.Kind.CursorParts.Select(RunPlaceholders.OfCursorPart).Except(sent, StringComparer.Ordinal))
        {
            problems.Add("expand.request", $"sends no {{{part}}}, without which the vendor would give another page.");
        }

        if (pages.Kind.KeepsPlace || pages.Kind.NeedsOldestFirst is not null || pages.Pending is not null || pages.Stops.Any(stop => stop.NeedsOldestFirst is not null))
        {
            problems.Add("expand.paging", "goes by time, by a position that the vendor keeps or by 'pending', which is for a source's own pages.");
        }
    }
}
