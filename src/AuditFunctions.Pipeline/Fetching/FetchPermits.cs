using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Who fetches in this process: each partition once at a time, so many altogether, and each vendor's at most so many where there are several vendors.
/// Thread safe.
/// </summary>
internal sealed class FetchPermits(IOptions<FetchingOptions> options, TimeProvider time)
{
    // Only while the work there is short: what hangs is not waited for.
    private static readonly TimeSpan ProcessPatience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<PartitionId, PartitionClaim> _claims = new();
    private readonly Bulkhead _vendors = new(options.Value.MaxPerVendor, time);
    private readonly Bulkhead _process = new(options.Value.MaxConcurrent, time);

    /// <summary>Takes one of the permits of the process, which bound its memory however many partitions a message asks for.</summary>
    /// <returns>Null when all are taken.</returns>
    public ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken) => _process.EnterAsync("", ProcessPatience, cancellationToken);

    /// <summary>Takes a partition.</summary>
    /// <returns>Null when it is being fetched here already.</returns>
    public IDisposable? Claim(PartitionId partition)
    {
        var claim = new PartitionClaim(this, partition);
        return _claims.TryAdd(partition, claim) ? claim : null;
    }

    /// <summary>Gives a partition back before its message is done: whoever takes its continuation need not wait for that.</summary>
    public void Release(PartitionId partition) => _claims.TryRemove(partition, out _);

    /// <summary>Takes a permit for a source's vendor.</summary>
    /// <param name="sources">Every source.</param>
    /// <param name="source">The source.</param>
    /// <param name="patience">How long to wait while the work there is short.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when all are taken.</returns>
    public async ValueTask<IDisposable?> EnterVendorAsync(
        IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources, string source, TimeSpan patience, CancellationToken cancellationToken)
    {
        var vendor = VendorOf(sources.GetValueOrDefault(source));
        return vendor is null || sources.Values.All(other => VendorOf(other) is not { } another || another == vendor)
            ? Bulkhead.Unbounded
            : await _vendors.EnterAsync(vendor, patience, cancellationToken);
    }

    // Scheme, host and port, as the definition says them: the hosts of a source's partitions are one vendor.
    private static string? VendorOf(DefinedRow<SourceDefinition>? row) => row?.Definition is { Enabled: true } source ? source.Request.Origin : null;

    private sealed class PartitionClaim(FetchPermits permits, PartitionId partition) : IDisposable
    {
        // Only what is still ours: after an early release the continuation may have taken it again.
        public void Dispose() => permits._claims.TryRemove(new KeyValuePair<PartitionId, PartitionClaim>(partition, this));
    }
}
