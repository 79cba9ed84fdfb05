using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Keeps as dead letters what a page holds that cannot go on: single events that are not JSON, and whole pages that stay unlike what their template
/// says. The names are made of the bytes, so that keeping the same again changes nothing.
/// </summary>
internal sealed class PageQuarantine(DeadLetterStore store, PipelineMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>Where a destination's name stands in the names of other dead letters; no destination can be called so.</summary>
    public const string EventFolder = "_event";

    /// <summary>The same for whole pages.</summary>
    public const string PageFolder = "_page";

    // A page may be broken by a hiccup on its way: only from the third poll in a row on it is one that stays so.
    private const int PollsBefore = 2;

    // Beyond it the events of a page lie in one dead letter, so that a page of nothing else costs no thousands of writes.
    private const int MostAlone = 20;

    /// <summary>The events quarantined on a page that were not kept before.</summary>
    public static IReadOnlyList<BadEvent> New(CutPage page, RecentIds? known) =>
        page.Quarantined.Count == 0 || known is null ? page.Quarantined : [.. page.Quarantined.Where(bad => !known.Contains(KeyOf(bad)))];

    /// <summary>Keeps events; when it returns, they are safe.</summary>
    /// <param name="partition">Where they come from.</param>
    /// <param name="events">The events.</param>
    /// <param name="openedAt">When their window was opened.</param>
    /// <param name="withhold">Whether only their length is kept: no processor can hide anything in them.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task KeepAsync(PartitionId partition, IReadOnlyList<BadEvent> events, DateTimeOffset openedAt, bool withhold, CancellationToken cancellationToken)
    {
        var kept = 0;
        if (events.Count > MostAlone)
        {
            using var all = new PooledBytes();
            foreach (var bad in events)
            {
                all.Write(withhold ? Withheld(bad.Bytes.Length) : bad.Bytes.Span);
                all.Write("\n"u8);
            }

            var reason = $"{events.Count} events of one page are no JSON, one after the other here; the first: {events[0].Reason}";
            kept = await WriteAsync(partition, EventFolder, openedAt, all.WrittenMemory, events.Count, reason, cancellationToken) ? events.Count : 0;
        }
        else
        {
            foreach (var bad in events)
            {
                kept += await WriteAsync(partition, EventFolder, openedAt, bad.Bytes, 1, bad.Reason, cancellationToken, withhold) ? 1 : 0;
            }
        }

        // A page that is repeated after a stop brings the same again: it is said again, and not counted again.
        if (kept > 0)
        {
            metrics.DeadLettered(partition.Source, EventFolder, kept);
        }

        if (events.Count > 0)
        {
            FetchingLog.EventsSetAside(log, partition.Source, partition.Partition, events.Count, events[0].Reason);
        }
    }

    /// <summary>Remembers events as kept.</summary>
    public static void Remember(IReadOnlyList<BadEvent> events, RecentIds ids, DateTimeOffset now)
    {
        foreach (var bad in events)
        {
            ids.Add(KeyOf(bad), RecentIds.SecondsOf(null, now));
        }
    }

    /// <summary>Keeps an unreadable page whole, once, when it stays unreadable.</summary>
    /// <param name="partition">Where it comes from.</param>
    /// <param name="page">The page.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="status">How the polls before ended.</param>
    /// <param name="withhold">As for events.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The name of its dead letter; null when it is too early to keep it.</returns>
    public async Task<string?> KeepAsync(PartitionId partition, PageContent page, string reason, PartitionStatus status, bool withhold, CancellationToken cancellationToken)
    {
        if (status.Failure != FailureKind.UnreadablePage || status.Failures < PollsBefore || status.KeptPage is not null)
        {
            return status.KeptPage;
        }

        using var gzip = new PooledBytes();
        await using (var stream = new GZipStream(new WriterStream(gzip), CompressionLevel.Fastest))
        {
            await stream.WriteAsync(withhold ? Withheld(page.Bytes.Length) : page.Bytes, cancellationToken);
        }

        var name = NameOf(partition, PageFolder, status.FailingSinceAt ?? time.GetUtcNow(), page.Bytes.Span);
        await store.WriteAsync(name, gzip.WrittenMemory, compressed: true, Note(partition, null, reason), cancellationToken);
        FetchingLog.PageKept(log, partition.Source, partition.Partition, name, reason);
        return name;
    }

    private static byte[] Withheld(int bytes) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"auditfunctions_withheld\":\"unreadable\",\"bytes\":{bytes}}}"));

    private static EventKey KeyOf(BadEvent bad) => EventKey.FromContent(bad.Bytes.Span, 0);

    private static string NameOf(PartitionId partition, string folder, DateTimeOffset day, ReadOnlySpan<byte> bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{day.UtcDateTime:yyyyMMdd}/{partition.Source}/{folder}/{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}");

    private Task<bool> WriteAsync(PartitionId partition, string folder, DateTimeOffset day, ReadOnlyMemory<byte> bytes, int events, string reason, CancellationToken cancellationToken, bool withhold = false) =>
        store.WriteAsync(NameOf(partition, folder, day, bytes.Span), withhold ? Withheld(bytes.Length) : bytes, compressed: false, Note(partition, events, reason), cancellationToken);

    private DeadLetterNote Note(PartitionId partition, int? events, string reason) => new()
    {
        SchemaVersion = 1,
        Source = partition.Source,
        Partition = partition.Partition,
        Events = events,
        Reason = reason,
        GivenUpAt = time.GetUtcNow(),
    };
}
