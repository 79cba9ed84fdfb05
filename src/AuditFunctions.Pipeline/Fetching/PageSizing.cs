using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// How many events to ask a vendor for at once: as many as the definition says, half of it after each page that took too long or was too large, and
/// twice as many again after pages that were good.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="remembered">The size that the last run ended with; null for all.</param>
internal sealed class PageSizing(SourceDefinition source, int? remembered)
{
    // Not below a sixteenth, nor below 10 events: smaller pages cost more requests than they help.
    private const int MostHalvings = 16;
    private const int FewestEvents = 10;
    private const int GoodPagesToGrow = 8;

    private readonly int _least = Math.Min(source.Timing.PageSize, Math.Max(FewestEvents, source.Timing.PageSize / MostHalvings));
    private int _good;

    /// <summary>Events to ask for.</summary>
    public int Size { get; private set; } = Math.Min(source.Timing.PageSize, Math.Max(remembered ?? source.Timing.PageSize, Math.Min(FewestEvents, source.Timing.PageSize)));

    /// <summary>The size as it is remembered; null when it is what the definition says.</summary>
    public int? Remembered => Size < source.Timing.PageSize ? Size : null;

    /// <summary>Whether the size may change between two pages of a window.</summary>
    public bool MayChangeInside => !source.Paging.Kind.FixesPageSize;

    /// <summary>Halves it.</summary>
    /// <returns>false when no request sends a size, or when it is as small as it gets.</returns>
    public bool TryShrink()
    {
        if (Size <= _least || !IsSent(source.Request))
        {
            return false;
        }

        Size = Math.Max(_least, Size / 2);
        _good = 0;
        return true;
    }

    /// <summary>Asks for one event less than a page held, or for two where it held one, to see whether another page follows it.</summary>
    /// <returns>false when no request sends a size, or when that would start a window again for the second time.</returns>
    public bool TryAskForOther(int events)
    {
        var other = events > 1 ? events - 1 : 2;
        if ((other >= Size && Size > 1) || (!MayChangeInside && Size != source.Timing.PageSize) || !IsSent(source.Request))
        {
            return false;
        }

        Size = other;
        _good = 0;
        return true;
    }

    /// <summary>A page was good.</summary>
    public void Took()
    {
        if (MayChangeInside && ++_good >= GoodPagesToGrow)
        {
            Grow();
        }
    }

    /// <summary>Doubles it, up to what the definition says: after good pages, and between windows.</summary>
    public void Grow()
    {
        Size = Math.Min(source.Timing.PageSize, Size * 2);
        _good = 0;
    }

    private static bool IsSent(RequestDefinition request) =>
        request.Url.Parts.Concat(request.Query.Concat(request.Headers).SelectMany(pair => pair.Value.Parts)).Any(part => part.Name == RunPlaceholders.PageSize)
        || IsSent(request.Body);

    private static bool IsSent(SettingNode? node) => node switch
    {
        SettingText text => TextTemplate.Parse(text.Value).Parts.Any(part => part.Name == RunPlaceholders.PageSize),
        SettingList list => list.Items.Any(IsSent),
        SettingMap map => map.Entries.Any(entry => IsSent(entry.Value)),
        _ => false,
    };
}
