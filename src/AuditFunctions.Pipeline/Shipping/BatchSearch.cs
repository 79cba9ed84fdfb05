using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>How far a rejected batch came.</summary>
internal abstract record SearchResult
{
    private SearchResult()
    {
    }

    /// <summary>Every event is delivered or a dead letter.</summary>
    public sealed record Settled(LedgerClaim.Granted Claim) : SearchResult;

    /// <summary>The destination takes nothing just now.</summary>
    public sealed record Stopped(SendResult Result, LedgerClaim.Granted Claim) : SearchResult;

    /// <summary>It takes longer than one message may; another goes on.</summary>
    public sealed record Unfinished(LedgerClaim.Granted Claim) : SearchResult;

    /// <summary>Somebody else has taken the batch over.</summary>
    public sealed record Lost : SearchResult;
}

/// <summary>What is searched.</summary>
/// <param name="Message">The batch.</param>
/// <param name="Gzip">Its body.</param>
/// <param name="First">What became of the whole body: a rejection or a time-out; null when it was not sent now.</param>
/// <param name="IsSuspect">Whether a server's error counts as a rejection, since it comes again and again while other batches get through.</param>
/// <param name="Longest">How long pieces are tried here; what is left then goes on in a new message.</param>
internal sealed record SearchOrder(ShipMessage Message, ReadOnlyMemory<byte> Gzip, SendResult? First, bool IsSuspect, TimeSpan Longest);

/// <summary>
/// Finds the events for which a batch is rejected, by the destination's answer where it names them and else by halving; those become dead letters, the
/// others are delivered. After each piece the ledger says how far it is: whoever goes on repeats at most the piece that was under way.
/// </summary>
internal sealed class BatchSearch(BatchStore batches, Circuits circuits, ShippingReports reports)
{
    /// <summary>Well below any time limit of a host; what is left then goes on in a new message.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    /// <summary>What a failure says against a body that fails again and again while other batches get through: who fails over it or hangs up rejects it by that.</summary>
    /// <param name="result">The failure.</param>
    /// <param name="attempts">How often its delivery had failed before.</param>
    /// <returns>Null when it says nothing against it.</returns>
    public static SendResult.Rejected? RejectionOf(SendResult.Retry result, int attempts) =>
        result.IsOfBody || (result.IsTimeout && attempts >= BatchDelivery.ManyTimeouts) ? new SendResult.Rejected(result.StatusCode, result.Reason) : null;

    /// <summary>Settles a batch.</summary>
    /// <param name="order">What.</param>
    /// <param name="claim">Our claim, with what is settled already.</param>
    /// <param name="deliver">Delivers a piece.</param>
    /// <param name="cancellationToken">Ends the attempt, between two pieces.</param>
    public async Task<SearchResult> SettleAsync(SearchOrder order, LedgerClaim.Granted claim, Func<SendBody, Task<SendResult>> deliver, CancellationToken cancellationToken)
    {
        var message = order.Message;
        using var body = FramedBody.Open(message.Format, order.Gzip);
        if (body is null)
        {
            return await UnopenedAsync(order, claim);
        }

        var letters = new PendingLetters(batches.Letters, message, body);
        try
        {
            return await SettleAsync(order, body, claim, letters, deliver, cancellationToken);
        }
        finally
        {
            if (letters.Written > 0)
            {
                reports.DeadLettered(message, letters.Written, letters.Reasons);
            }
        }
    }

    private async Task<SearchResult> SettleAsync(
        SearchOrder order,
        FramedBody body,
        LedgerClaim.Granted claim,
        PendingLetters letters,
        Func<SendBody, Task<SendResult>> deliver,
        CancellationToken cancellationToken)
    {
        var message = order.Message;
        var progress = claim.Split is { } text ? SplitProgress.ReadOrBegin(text, body.Count) : SplitProgress.Of(body.Count);
        var (first, startedAt, pieces, isSecond) = (order.First, batches.Now, 0, false);
        while (!progress.IsDone)
        {
            // The answer to the whole is noted first, also when we are to stop: part of the body may be stored.
            SendResult result;
            if (first is not null)
            {
                (result, first) = (first, null);
            }
            else if (batches.Now - startedAt >= order.Longest)
            {
                return letters.Pending > 0 ? new SearchResult.Stopped(new SendResult.Retry(0, letters.Doubt), claim) : new SearchResult.Unfinished(claim);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await batches.OutlastingAsync(message, claim, cancellationToken) is not { } lasting)
                {
                    return new SearchResult.Lost();
                }

                claim = lasting;
                pieces++;
                result = await SendAsync(message, body, progress, deliver);
            }

            var rejected = RejectionOf(order, result);
            var isHanging = result is SendResult.Retry { IsTimeout: true };
            if ((rejected is null && result is not SendResult.Accepted) || (isHanging && letters.Pending > 0))
            {
                return new SearchResult.Stopped(result, claim);
            }

            // A lone event over which it hung is to blame when it took others since, and hangs over that one again.
            if (isHanging && !(progress.Next.Length == 1 && HasTakenSince(message, progress.HungAt)))
            {
                return await AfterTimeoutAsync(message, claim, progress, rejected!, result);
            }

            // A failure is no verdict, and may pass by itself: a lone event is given up after two of them.
            isSecond = !isSecond && result is SendResult.Retry && !isHanging && progress.Next.Length == 1;
            if (isSecond)
            {
                continue;
            }

            var step = rejected is null ? new SplitStep(progress.Accepted(), []) : progress.Rejected(rejected);
            if (isHanging)
            {
                // Of what was not tried nothing is known.
                step = step with { After = step.After with { Alike = 0, IsProbing = false } };
            }

            var taken = step.After.Delivered - progress.Delivered;
            if (taken > 0 || rejected is { ShowsTaken: true })
            {
                circuits.Accepted(message.Destination, message.Attempt > 0);
            }

            if (taken > 0)
            {
                reports.Delivered(message, taken);
            }

            letters.Add(step, rejected);
            if (letters.NeedsProof && !isHanging && !IsProven(order, letters, step, taken))
            {
                // Nothing was taken and nothing is noted: it may be the destination that is at fault, and not these events.
                if (step.IsGuess || step.After.IsDone || letters.Pending > SplitProgress.MostAlike)
                {
                    return new SearchResult.Stopped(result is SendResult.Retry ? result : new SendResult.Refused(0, letters.Doubt), claim);
                }

                progress = step.After;
                continue;
            }

            // Not to be broken off: what was sent and is not noted would be sent again.
            if (!await letters.WriteAsync())
            {
                return new SearchResult.Unfinished(claim);
            }

            progress = step.After;
            if (!progress.IsDone)
            {
                if (await batches.KeepAsync(message, claim, progress) is not { } kept)
                {
                    return new SearchResult.Lost();
                }

                claim = kept;
            }

            if (rejected is { Later.Count: > 0 } partly)
            {
                return new SearchResult.Stopped(new SendResult.Retry(partly.StatusCode, partly.Reason, partly.After), claim);
            }
        }

        reports.Split(message, progress, pieces);
        return new SearchResult.Settled(claim with { Split = progress.Write() });
    }

    private async Task<SearchResult> UnopenedAsync(SearchOrder order, LedgerClaim.Granted claim)
    {
        // Where it was divided before, no answer has come yet, and none would help.
        var rejected = (order.First is { } first ? RejectionOf(order, first) : null)
            ?? new SendResult.Rejected(0, $"the body was divided before, and now it cannot be read as {order.Message.Format}; some of its events may have been delivered");
        if (order.First is not null && !circuits.AcceptedSince(order.Message.Destination, Since(order.Message)))
        {
            return new SearchResult.Stopped(new SendResult.Refused(0, PendingLetters.DoubtOf(rejected.Reason)), claim);
        }

        if (!await batches.Letters.KeepWholeAsync(order.Message, order.Gzip, rejected, CancellationToken.None))
        {
            return new SearchResult.Unfinished(claim);
        }

        reports.DeadLettered(order.Message, order.Message.Events, rejected.Reason);
        return new SearchResult.Settled(claim);
    }

    private bool IsProven(SearchOrder order, PendingLetters letters, SplitStep step, int taken)
    {
        if (!order.IsSuspect)
        {
            return step.After.Delivered > 0 || circuits.AcceptedSince(order.Message.Destination, Since(order.Message));
        }

        // A server's error is no verdict: only what is taken after it shows that the server works, and that it is this event that breaks it. The last one of
        // its batch has nothing behind it; that other batches got through shows as much.
        return taken > 0 || (step.After.IsDone && (letters.Pending == 1 || order.Message.Attempt >= 2 * BatchDelivery.ManyFailures));
    }

    private static SendResult.Rejected? RejectionOf(SearchOrder order, SendResult result) => result switch
    {
        SendResult.Rejected rejected => rejected,
        SendResult.Retry retry when order.IsSuspect => RejectionOf(retry, order.Message.Attempt),
        _ => null,
    };

    // A time-out takes long, so each ends the run. Where the destination took others meanwhile the search goes on at once, with half as many events; else it may be an outage,
    // and the next attempt goes on.
    private async Task<SearchResult> AfterTimeoutAsync(ShipMessage message, LedgerClaim.Granted claim, SplitProgress progress, SendResult.Rejected rejected, SendResult result)
    {
        var isLone = progress.Next.Length == 1;
        var after = isLone ? progress with { HungAt = batches.Now } : progress.Rejected(rejected).After;
        return await batches.KeepAsync(message, claim, after) is not { } kept ? new SearchResult.Lost()
            : !isLone && HasTakenSince(message, batches.Now - (batches.LongestDelivery / 2)) ? new SearchResult.Unfinished(kept)
            : new SearchResult.Stopped(result, kept);
    }

    private bool HasTakenSince(ShipMessage message, DateTimeOffset? instant) =>
        instant is { } since && since <= batches.Now && circuits.AcceptedSince(message.Destination, since);

    private DateTimeOffset Since(ShipMessage message) => message.FirstAttemptAt ?? batches.Now;

    private async Task<SendResult> SendAsync(ShipMessage message, FramedBody body, SplitProgress progress, Func<SendBody, Task<SendResult>> deliver)
    {
        var numbers = progress.Next.ToArray();
        using var piece = body.Piece(numbers, out var rawBytes);
        var id = numbers.Length == progress.Events ? message.BatchId : FramedBody.PieceId(message.BatchId, numbers);
        return await deliver(new SendBody(id, piece.WrittenMemory, rawBytes, numbers.Length, batches.Now) { Origin = message.Origin, Day = message.Day });
    }
}
