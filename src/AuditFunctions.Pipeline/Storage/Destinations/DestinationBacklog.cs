using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Storage.Destinations;

/// <summary>
/// Counts the batches that wait for each destination, about: a process adds up what it sent and what it got done, and brings that to the
/// destination's record only now and then. What a process that dies had not brought there is made good when the queue is empty. Thread safe.
/// </summary>
public sealed class DestinationBacklog(DestinationRecords records, TimeProvider time, ILogger<DestinationBacklog> log)
{
    /// <summary>Batches that a process counts by itself before it writes them down.</summary>
    public const int MaxUnwritten = 64;

    /// <summary>How long it keeps fewer to itself.</summary>
    public static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Batches for the destination are in the queue.</summary>
    public Task SentAsync(string destination, int batches, CancellationToken cancellationToken) =>
        batches > 0 ? AddAsync(destination, batches, cancellationToken) : Task.CompletedTask;

    /// <summary>A batch is delivered, or given up with its reason kept: it waits no longer.</summary>
    public Task DoneAsync(string destination, CancellationToken cancellationToken) => AddAsync(destination, -1, cancellationToken);

    /// <summary>Writes down everything that this process has counted.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (destination, count) in _counts)
        {
            await WriteAsync(destination, count, cancellationToken);
        }
    }

    private Task AddAsync(string destination, int delta, CancellationToken cancellationToken)
    {
        var count = _counts.GetOrAdd(destination, static _ => new Count());
        var now = time.GetUtcNow();
        bool isDue;
        lock (count)
        {
            count.Unwritten += delta;
            count.DoneAt = delta < 0 ? now : count.DoneAt;
            isDue = !count.IsWriting && (Math.Abs(count.Unwritten) >= MaxUnwritten || (now - count.WrittenAt).Duration() >= WriteInterval);
        }

        return isDue ? WriteAsync(destination, count, cancellationToken) : Task.CompletedTask;
    }

    private async Task WriteAsync(string destination, Count count, CancellationToken cancellationToken)
    {
        int delta;
        DateTimeOffset? doneAt;
        lock (count)
        {
            if (count.IsWriting || (count.Unwritten == 0 && count.DoneAt is null))
            {
                return;
            }

            (delta, doneAt) = (count.Unwritten, count.DoneAt);
            (count.Unwritten, count.DoneAt, count.IsWriting) = (0, null, true);
        }

        try
        {
            using var ending = new CancellationTokenSource(BookkeepingFailure.LongestWrite, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
            var (_, after) = await records.ChangeAsync(destination, count.Known, Counted, linked.Token);
            lock (count)
            {
                (count.Known, count.WrittenAt, count.IsWriting) = (after, time.GetUtcNow(), false);
            }
        }
        catch (Exception exception)
        {
            // Kept for the next time. It is only a count: no batch waits for it.
            lock (count)
            {
                count.Unwritten += delta;
                (count.Known, count.WrittenAt, count.IsWriting) = (null, time.GetUtcNow(), false);
            }

            if (cancellationToken.IsCancellationRequested || !BookkeepingFailure.Is(exception))
            {
                throw;
            }

            StateLog.BacklogNotWritten(log, destination, BookkeepingFailure.Reason(exception));
        }

        DestinationRecord Counted(DestinationRecord record) => record with
        {
            Backlog = Math.Max(0, record.Backlog + delta),
            LastDeliveryAt = doneAt > record.LastDeliveryAt || record.LastDeliveryAt is null ? doneAt : record.LastDeliveryAt,
        };
    }

    private sealed class Count
    {
        public int Unwritten { get; set; }

        public DateTimeOffset? DoneAt { get; set; }

        public DateTimeOffset WrittenAt { get; set; }

        public bool IsWriting { get; set; }

        public DestinationRecord? Known { get; set; }
    }
}
