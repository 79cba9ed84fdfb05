using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// How many events to ask a vendor for at once: as many as the definition says, half of it after each page that took too long or was too large, and
/// twice as many again after pages that were good.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="remembered">The size that the last run ended with; null for all.</param>
internal sealed class PageSizing(SourceDefinition source, int? remembered)
{
    private const int GoodPagesToGrow = 8;
    private int _good;
    private bool _isSuspicion;

    /// <summary>Events to ask for.</summary>
    public int Size { get; private set; } = Math.Clamp(remembered ?? source.Timing.PageSize, 1, Math.Max(source.Timing.PageSize, 1));

    /// <summary>
    /// The size as it is remembered; null when it is what the definition says. Where the size must stay the same within a window, one that is half read goes
    /// on with it, whatever the definition says then: with larger pages the next number would pass over what lies between.
    /// </summary>
    /// <param name="isHalfRead">Whether a window is left half read.</param>
    public int? Remembered(bool isHalfRead) => Size < source.Timing.PageSize || (isHalfRead && !MayChangeInside) ? Size : null;

    /// <summary>Whether the size may change between two pages of a window.</summary>
    public bool MayChangeInside => !source.Paging.Kind.FixesPageSize;

    /// <summary>Halves it, down to one event.</summary>
    /// <param name="isSuspicion">Whether the vendor did not say that the page is too large: then it grows back at the first good page.</param>
    /// <returns>false when no request sends a size, or when it is as small as it gets.</returns>
    public bool TryShrink(bool isSuspicion = false)
    {
        if (Size <= 1 || !IsSent())
        {
            return false;
        }

        Size /= 2;

        // A size that was tried before and fails again is no suspicion any more.
        _isSuspicion = isSuspicion && _good == 0;
        _good = 0;
        return true;
    }

    /// <summary>Asks for one event less than a page held, or for two where it held one, to see whether another page follows it.</summary>
    /// <param name="events">How many the page held.</param>
    /// <param name="restarts">Whether the window has to start again for it.</param>
    /// <returns>false when no request sends a size, or when that would start a window again for the second time.</returns>
    public bool TryAskForOther(int events, bool restarts)
    {
        var other = events > 1 ? events - 1 : 2;
        if ((other >= Size && Size > 1) || (restarts && Size != source.Timing.PageSize) || !IsSent())
        {
            return false;
        }

        Size = other;
        _good = 0;
        return true;
    }

    /// <summary>Asks for as many as before: another number has shown nothing.</summary>
    public void Return(int size) => Size = size;

    /// <summary>A page was good.</summary>
    public void Took()
    {
        _good++;
        if (MayChangeInside && (_isSuspicion || _good >= GoodPagesToGrow))
        {
            var good = _good;
            Grow();
            _good = _isSuspicion ? good : 0;
        }
    }

    /// <summary>Doubles it, up to what the definition says: after good pages, and between windows.</summary>
    public void Grow()
    {
        Size = Math.Min(source.Timing.PageSize, Size * 2);
        _good = 0;
    }

    private bool IsSent() => source.AsksForSize;
}
