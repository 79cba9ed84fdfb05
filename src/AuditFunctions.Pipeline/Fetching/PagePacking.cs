using System.Globalization;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Packs a page's fresh events for one destination and sends the batches. While one body is stored the next is packed.</summary>
internal sealed class PagePacking(BatchSender sender, DestinationBacklog backlog, OversizeEvents oversize, PipelineMetrics metrics, TimeProvider time) : IBatchSink
{
    // Bodies that are stored at the same time; with their buffers they are what bounds memory.
    private const int MaxStoring = 3;

    /// <inheritdoc/>
    public async Task<int> SendAsync(IPageEvents events, DestinationDefinition destination, BodyContext origin, DateTimeOffset openedAt, PollStart poll, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        origin = origin with { FetchedAt = openedAt };
        using var packer = new BodyPacker(destination.Format, origin, destination.Name);
        var day = openedAt.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var storing = new Queue<Task>();
        var batches = 0;
        try
        {
            for (var at = 0; at <= events.Count; at++)
            {
                var fits = true;
                if (at < events.Count && events.LetterReason(at) is { } failure)
                {
                    await DeadLetterAsync(events, at, destination, origin, day, failure, cancellationToken);
                    continue;
                }

                if ((at < events.Count ? Add(packer, events, at, out fits) : packer.Finish()) is { } body)
                {
                    batches++;
                    var isAlone = batches == 1 && at == events.Count;
                    storing.Enqueue(StoreAsync(body, destination, origin, day, poll, isAlone ? directUntil : null, cancellationToken));
                    if (storing.Count >= MaxStoring)
                    {
                        await storing.Dequeue();
                    }
                }

                if (!fits && !TryCut(packer, events, at, destination, origin))
                {
                    await DeadLetterAsync(events, at, destination, origin, day, failure: null, cancellationToken);
                }
            }
        }
        finally
        {
            await Task.WhenAll(storing);
        }

        await backlog.SentAsync(destination.Name, batches, cancellationToken);
        return batches;
    }

    private static PackedBody? Add(BodyPacker packer, IPageEvents events, int at, out bool fits)
    {
        Span<byte> scratch = stackalloc byte[64];
        return packer.Add(events.View(at, scratch), out fits);
    }

    private bool TryCut(BodyPacker packer, IPageEvents events, int at, DestinationDefinition destination, BodyContext origin)
    {
        Span<byte> scratch = stackalloc byte[64];
        return oversize.TryCut(packer, events.View(at, scratch), destination, origin);
    }

    private Task DeadLetterAsync(IPageEvents events, int at, DestinationDefinition destination, BodyContext origin, string day, string? failure, CancellationToken cancellationToken)
    {
        Span<byte> scratch = stackalloc byte[64];
        return oversize.DeadLetterAsync(events.View(at, scratch), destination, origin, day, failure, cancellationToken);
    }

    private async Task StoreAsync(PackedBody body, DestinationDefinition destination, BodyContext origin, string day, PollStart poll, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        using (body)
        {
            var message = new ShipMessage
            {
                SchemaVersion = 1,
                BatchId = body.BatchId,
                Source = origin.Source,
                Partition = origin.Partition,
                Destination = destination.Name,
                Format = destination.Format.Kind,
                Events = body.Events,
                RawBytes = body.RawBytes,
                Day = day,
                FetchedAt = time.GetUtcNow(),
                OpenedAt = origin.FetchedAt,
                Template = origin.Template,
                Vendor = origin.Vendor,
                OldestAt = body.OldestAt,
                NewestAt = body.NewestAt,
                PolledAt = poll.At,
                Waited = body.NewestAt is { } newest ? poll.WaitOf(newest) : null,
                TraceParent = PipelineTraces.Context,
            };
            await sender.SendAsync(message, body.Gzip, directUntil, cancellationToken);
            metrics.Sent(origin.Source, destination.Name, body.RawBytes, body.Gzip.Length);
        }
    }
}
