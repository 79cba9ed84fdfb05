using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Asks a vendor no faster than its limits say, all partitions of a source in this process together. What would have to wait for long counts as throttled,
/// so that it holds no permit meanwhile.
/// </summary>
internal sealed class PacedVendor(IPageSource vendor, FetchingOptions options, TimeProvider time) : IPageSource
{
    // The vendor throttles and does not say for how long.
    private static readonly TimeSpan UsualHold = TimeSpan.FromSeconds(1);

    private readonly RequestSlots _slots = new(time);

    /// <inheritdoc/>
    public async Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        var every = source.Timing.RequestEvery;
        if (every == TimeSpan.Zero && source.Partitions is null)
        {
            return await vendor.GetPageAsync(source, query, cancellationToken);
        }

        var wait = _slots.Take(source.Name, every, options.MaxWait);
        if (wait > options.MaxWait)
        {
            return new PageResult.Throttled(0, wait) { Expected = "it waits for its turn: 'limits', or what the vendor answered to another of the source's partitions, allow no request yet" };
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }

        var result = await vendor.GetPageAsync(source, query, cancellationToken);
        if (result is PageResult.Throttled { Expected: null } throttled)
        {
            _slots.Hold(source.Name, throttled.RetryAfter ?? UsualHold);
        }

        return result;
    }
}
