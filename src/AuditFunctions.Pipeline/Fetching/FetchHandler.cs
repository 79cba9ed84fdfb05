using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Handles a message of queue <c>fetch</c>. Safe to call twice with the same message, also at the same time.</summary>
public sealed class FetchHandler
{
    /// <summary>A commit that needs every try of the storage client takes this long at most.</summary>
    internal static readonly TimeSpan CommitTime = TimeSpan.FromMinutes(1);

    // Only while the work there is short: what hangs is not waited for.
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(5);

    private readonly StorageAccount _storage;
    private readonly DefinitionCache _definitions;
    private readonly DeadLetterStore _deadLetters;
    private readonly FetchPermits _permits;
    private readonly PartitionFetch _fetch;
    private readonly FetchServices _services;

    internal FetchHandler(
        StorageAccount storage,
        DefinitionCache definitions,
        DeadLetterStore deadLetters,
        FetchPermits permits,
        PartitionFetch fetch,
        FetchServices services)
    {
        _storage = storage;
        _definitions = definitions;
        _deadLetters = deadLetters;
        _permits = permits;
        _fetch = fetch;
        _services = services;
    }

    /// <summary>Fetches what the message asks for.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage failed: the message is delivered again.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellationToken)
    {
        var (message, reason) = await _storage.Fetches.ProblemOfAsync(text, cancellationToken) is { } forged
            ? (null, forged)
            : (MessageReading.Fetch(text, out var unreadable), unreadable);
        if (message is null)
        {
            var name = await _deadLetters.WriteUnreadableAsync("fetch", text, reason, _services.Time.GetUtcNow(), cancellationToken);
            FetchingLog.UnreadableMessage(_services.Log, name, reason);
            return;
        }

        // Side by side, so that a vendor that is slow keeps none of the others waiting; a fault of one ends the message when all are done.
        await Task.WhenAll(message.Targets.Select(target => FetchTargetAsync(message, target, cancellationToken)));
    }

    /// <summary>Fetches one partition until it is caught up or the budget is spent.</summary>
    public Task<FetchOutcome> FetchAsync(PartitionId partition, CancellationToken cancellationToken) =>
        _fetch.RunAsync(partition, force: false, DefinitionCache.UsualMaxAge, cancellationToken);

    private async Task FetchTargetAsync(FetchMessage message, PartitionId partition, CancellationToken cancellationToken)
    {
        // Limits concurrent fetches to bound memory. Requeue rather than start late and hit the host's time limit.
        using var permit = await _permits.EnterAsync(cancellationToken);
        if (permit is null)
        {
            await RequeueAsync(message, partition, cancellationToken);
            return;
        }

        // The rows must be as new as the tick that saw them due: an edited row counts from its next tick on.
        var age = _services.Time.GetUtcNow() - message.IssuedAt;
        var rowsMaxAge = age < DefinitionCache.UsualMaxAge ? age : DefinitionCache.UsualMaxAge;
        using var activity = PipelineTraces.StartFetch(partition.Source, partition.Partition, message.TraceParent);
        var outcome = await FetchAsPermittedAsync(message, partition, rowsMaxAge, cancellationToken);
        activity?.SetTag("outcome", outcome.ToString());
        if (outcome is FetchOutcome.Idle or FetchOutcome.Skipped)
        {
            PipelineTraces.Forget(activity);
        }
    }

    // A vendor that hangs must not hold every permit of this process: of a partition that is being fetched here already a second message is dropped,
    // since ticks go on asking, and what is too much for one vendor comes again a little later.
    private async Task<FetchOutcome> FetchAsPermittedAsync(
        FetchMessage message, PartitionId partition, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        using var claim = _permits.Claim(partition);
        if (claim is null)
        {
            return FetchOutcome.Skipped;
        }

        var sources = await _definitions.SourcesAsync(rowsMaxAge, cancellationToken);
        var patience = message.More is null ? TimeSpan.Zero : GroupPatience;
        using var permit = await _permits.EnterVendorAsync(sources, partition.Source, patience, cancellationToken);
        if (permit is null)
        {
            await RequeueAsync(message, partition, cancellationToken);
            return FetchOutcome.Skipped;
        }

        return await _fetch.RunAsync(partition, message.Force, rowsMaxAge, cancellationToken);
    }

    private Task RequeueAsync(FetchMessage message, PartitionId partition, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromSeconds(5 + (10 * _services.Random.NextDouble()));
        return _storage.Fetches.SendAsync(message.For(partition).ToWire(), delay, cancellationToken);
    }
}
