namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// How far an ascending window is proved to be read: everything after a page is newer than the oldest event of that page. Of two pages in a row the
/// older one counts, so that one event with an odd time proves nothing.
/// </summary>
internal sealed class ProvedOrder
{
    private DateTimeOffset? _lastOldestAt;

    /// <summary>Notes a page, and tells how far the window is read.</summary>
    /// <returns>Null when nothing is proved yet.</returns>
    public DateTimeOffset? After(PageTimes page)
    {
        if (page.OldestAt is not { } oldest)
        {
            return null;
        }

        var proved = _lastOldestAt < oldest ? _lastOldestAt : _lastOldestAt is null ? null : oldest;
        _lastOldestAt = oldest;
        return proved;
    }
}
