using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>How far a rejected batch came.</summary>
internal abstract record SplitResult
{
    private SplitResult()
    {
    }

    /// <summary>Every event is delivered or a dead letter.</summary>
    public sealed record Settled(LedgerClaim.Granted Claim) : SplitResult;

    /// <summary>The destination takes nothing just now.</summary>
    public sealed record Stopped(DeliveryResult Result, LedgerClaim.Granted Claim) : SplitResult;

    /// <summary>It takes longer than one message may; another goes on.</summary>
    public sealed record Unfinished(LedgerClaim.Granted Claim) : SplitResult;

    /// <summary>Somebody else has taken the batch over.</summary>
    public sealed record Lost : SplitResult;
}

/// <summary>
/// Finds the events for which a batch is rejected, by the destination's answer where it names them and else by halving; those become dead letters, the
/// others are delivered. After each piece the ledger says how far it is: whoever goes on repeats at most the piece that was under way.
/// </summary>
internal sealed class RejectedBatch(Ledger ledger, DeadLettering letters, PipelineMetrics metrics, TimeProvider time, TimeSpan claimDuration, ILogger log)
{
    /// <summary>Well below any time limit of a host; what is left then goes on in a new message.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    /// <summary>Settles a batch.</summary>
    /// <param name="message">The batch.</param>
    /// <param name="gzip">Its body.</param>
    /// <param name="claim">Our claim, with what is settled already.</param>
    /// <param name="rejected">The answer to the whole body; null when that was not sent now.</param>
    /// <param name="longestRun">How long pieces are tried here; what is left then goes on in a new message.</param>
    /// <param name="deliver">Delivers a piece.</param>
    /// <param name="cancellationToken">Ends the attempt, between two pieces.</param>
    public async Task<SplitResult> SettleAsync(
        ShipMessage message,
        ReadOnlyMemory<byte> gzip,
        LedgerClaim.Granted claim,
        DeliveryResult.Rejected? rejected,
        TimeSpan longestRun,
        Func<DeliveryBody, Task<DeliveryResult>> deliver,
        CancellationToken cancellationToken)
    {
        using var body = FramedBody.Open(message.Format, gzip);
        if (body is null && rejected is not null)
        {
            await letters.KeepAsync(message, gzip, rejected, null, CancellationToken.None);
            return new SplitResult.Settled(claim);
        }

        if (body is null)
        {
            throw new InvalidOperationException($"Batch {message.BatchId} was split before, and now its body cannot be read as {message.Format}.");
        }

        var progress = claim.Split is { } text ? SplitProgress.Read(text) : SplitProgress.Of(body.Count);
        var startedAt = time.GetUtcNow();
        var pieces = 0;
        while (!progress.IsDone)
        {
            DeliveryResult result;
            if (rejected is not null)
            {
                // Noted first, also when we are to stop: part of the body may be stored.
                (result, rejected) = (rejected, null);
            }
            else if (time.GetUtcNow() - startedAt >= longestRun)
            {
                return new SplitResult.Unfinished(claim);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                pieces++;
                result = await SendAsync(message, body, progress, deliver);
            }

            if (await TakeAsync(message, body, gzip, progress, result) is not { } after)
            {
                return new SplitResult.Stopped(result, claim);
            }

            // Not to be broken off: what was sent and is not noted would be sent again.
            progress = after;
            if (!progress.IsDone)
            {
                if (await ledger.KeepAsync(message, claim, progress.Write(), claimDuration, CancellationToken.None) is not { } kept)
                {
                    return new SplitResult.Lost();
                }

                claim = kept;
            }
        }

        ShippingLog.Split(log, message.Destination, message.BatchId, message.Source, progress.Delivered, progress.GivenUp, progress.Events, pieces);
        return new SplitResult.Settled(claim with { Split = progress.Write() });
    }

    private async Task<DeliveryResult> SendAsync(ShipMessage message, FramedBody body, SplitProgress progress, Func<DeliveryBody, Task<DeliveryResult>> deliver)
    {
        var (from, to) = progress.Next;
        using var piece = body.Piece(from, to, out var rawBytes);
        var id = to - from == progress.Events ? message.BatchId : FramedBody.PieceId(message.BatchId, from, to);
        return await deliver(new DeliveryBody(id, piece.WrittenMemory, rawBytes, to - from, time.GetUtcNow()));
    }

    // Null: the destination neither accepted nor rejected the piece.
    private async Task<SplitProgress?> TakeAsync(ShipMessage message, FramedBody body, ReadOnlyMemory<byte> gzip, SplitProgress progress, DeliveryResult result)
    {
        SplitProgress after;
        switch (result)
        {
            case DeliveryResult.Delivered:
                after = progress.Accepted();
                break;
            case DeliveryResult.Rejected rejected:
                var why = $"{rejected.StatusCode} {rejected.Reason}";
                (after, var from, var to) = progress.Rejected(why, rejected.StatusCode == 413, rejected.EventNumber);
                if (to - from == progress.Events)
                {
                    await letters.KeepAsync(message, gzip, rejected, body.IdOf(from), CancellationToken.None);
                }
                else if (to > from)
                {
                    using var piece = body.Piece(from, to, out _);
                    await letters.KeepAsync(message, from, to, piece.WrittenMemory, to - from == 1 ? rejected : Together(rejected, to - from), body.IdOf(from), CancellationToken.None);
                }

                break;
            default:
                return null;
        }

        if (after.Delivered > progress.Delivered)
        {
            metrics.Delivered(message.Source, message.Destination, after.Delivered - progress.Delivered);
        }

        return after;
    }

    private static DeliveryResult.Rejected Together(DeliveryResult.Rejected rejected, int events) => rejected with
    {
        Reason = $"{rejected.Reason} (so were the first {SplitProgress.MostAlike} events of the batch and the last one, alike, and none was accepted; so the other {events} were given up together without trying each)",
    };
}
