using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>The account of a history: what was sent in which batch, and whether the mark and the windows keep their laws.</summary>
internal sealed class Account(ModelVendor vendor)
{
    private readonly Dictionary<string, string> _batchOf = new(StringComparer.Ordinal);
    private readonly List<(string Id, bool IsSlice)> _inFlight = [];
    private readonly Dictionary<string, (int Visible, int Generation, bool IsSlice)> _forgiven = new(StringComparer.Ordinal);
    private DateTimeOffset? _coveredTo;

    /// <summary>Ids of the events that were sent.</summary>
    public IReadOnlyCollection<string> Sent() => _batchOf.Keys;

    /// <summary>A process begins: what the one before had sent and not committed may come again.</summary>
    public void Begin() => _inFlight.Clear();

    /// <summary>A process ended before its time.</summary>
    public void Stopped()
    {
        foreach (var (id, isSlice) in _inFlight)
        {
            _forgiven[id] = (vendor.Visible, vendor.Generation, isSlice);
        }
    }

    /// <summary>P2: an event is in one batch. After a stop the same batch comes again; another only if the vendor's page is another.</summary>
    public bool Sent(IReadOnlyList<string> ids, DateTimeOffset openedAt, bool isSlice)
    {
        var batch = $"{openedAt:yyyyMMdd} {string.Join(',', ids)}";
        foreach (var id in ids)
        {
            if (_batchOf.TryGetValue(id, out var before))
            {
                Assert.True(_forgiven.TryGetValue(id, out var stop), $"P2: {id} was sent again in [{batch}], after [{before}]");
                Assert.True(
                    before == batch || stop.IsSlice || stop.Visible != vendor.Visible || stop.Generation != vendor.Generation,
                    $"P2: after a stop {id} was sent in [{batch}] instead of [{before}]");
            }

            _batchOf[id] = batch;
            _inFlight.Add((id, isSlice));
        }

        return true;
    }

    /// <summary>P3: the mark never moves back, a window starts before it, and drained windows leave no gap.</summary>
    public void Committed(Checkpoint before, Checkpoint after, bool isGivenBack)
    {
        Assert.True(before.MarkAt is null || after.MarkAt >= before.MarkAt, $"P3: the mark moved back from {before.MarkAt:O} to {after.MarkAt:O}");
        Assert.True(before.RememberedFromAt is null || after.RememberedFromAt >= before.RememberedFromAt, "ids that were forgotten are remembered");
        if (after.Window is { } open && before.Window is null)
        {
            var start = before.ReadToAt > before.MarkAt ? before.ReadToAt : before.MarkAt;
            Assert.True(!(open.FromAt >= start), $"P3: a window starts at {open.FromAt:O}, not before the mark {before.MarkAt:O} or what was read to {before.ReadToAt:O}");
            Assert.True(!(open.FromAt > _coveredTo), $"P3: a gap from {_coveredTo:O} to {open.FromAt:O}");
        }

        if ((after.ReadToAt > after.MarkAt ? after.ReadToAt : after.MarkAt) is { } reached)
        {
            _coveredTo = _coveredTo > reached ? _coveredTo : reached;
        }

        if (before.Window is { } frozen && after.Window is { } same && frozen.OpenedAt == same.OpenedAt)
        {
            Assert.Equal((frozen.FromAt, frozen.ToAt), (same.FromAt, same.ToAt));
        }

        // A run that was asked to stop gives its lease back in the middle of a page.
        if (!isGivenBack)
        {
            _inFlight.Clear();
        }
    }
}
