using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>The process was killed.</summary>
internal sealed class KilledException : Exception;

/// <summary>A row, a queue and some blobs in memory, each of whose operations can be the last of a process.</summary>
internal sealed class ModelStorage(ModelVendor vendor, int chunkIds) : ICheckpoints, ISeenSegments, IBatchSink
{
    private readonly Dictionary<string, List<(long Block, EventKey[] Keys)>> _segments = new(StringComparer.Ordinal);
    private TableEntity? _row;
    private int _version;
    private int _operation;
    private CancellationTokenSource? _stop;

    /// <summary>What was sent and what was committed, checked on the way.</summary>
    public Account Account { get; } = new(vendor);

    public void Begin(CancellationTokenSource stop)
    {
        _operation = 0;
        _stop = stop;
        Account.Begin();
    }

    public Checkpoint Read() => _row is null ? new Checkpoint() : CheckpointRow.Read(_row) with { ETag = new ETag($"{_version}") };

    public Task<RecentIds?> ReadRecentIdsAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var ids = new RecentIds(chunkIds);
        for (var chunk = 0; _row is not null && chunk < RecentIds.MaxChunks; chunk++)
        {
            if (_row.GetBinary(CheckpointRow.ColumnOf(chunk)) is { } column)
            {
                ids.Load(chunk, column, _row.GetBinary(CheckpointRow.TagColumnOf(chunk)));
            }
        }

        return Task.FromResult(checkpoint.ETag == Read().ETag ? ids : null);
    }

    public Task<Checkpoint?> TryWriteAsync(PartitionId partition, Checkpoint checkpoint, RecentIds? ids, CancellationToken cancellationToken) => Operation(() =>
    {
        Assert.Equal(Read().ETag, checkpoint.ETag);
        Account.Committed(Read(), checkpoint, isGivenBack: _stop!.IsCancellationRequested);
        var row = CheckpointRow.Write(partition, checkpoint, ids);
        _row ??= new TableEntity("model", "default");
        foreach (var (column, value) in row)
        {
            _row[column] = value;
        }

        ids?.Written();
        _version++;
        return (Checkpoint?)Read();
    });

    public Task AppendAsync(PartitionId partition, string epoch, string segment, long block, IReadOnlyList<EventKey> keys, CancellationToken cancellationToken) => Operation(() =>
    {
        var blocks = _segments.TryGetValue(epoch + segment, out var known) ? known : _segments[epoch + segment] = [];
        blocks.Add((block, [.. keys]));
        return true;
    });

    public Task<UInt128[]> ReadAsync(PartitionId partition, string epoch, string segment, long upToBlock, CancellationToken cancellationToken) => Task.FromResult(
        _segments.TryGetValue(epoch + segment, out var blocks)
            ? blocks.Where(block => block.Block <= upToBlock).SelectMany(block => block.Keys).Select(SeenBlocks.Of).Distinct().Order().ToArray()
            : []);

    public async Task<int> SendAsync(IPageEvents fresh, DestinationDefinition destination, BodyContext origin, DateTimeOffset openedAt, PollStart poll, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        for (var at = 0; at < fresh.Count; at++)
        {
            ids.Add(IdOf(fresh, at));
        }

        var isSlice = Read().Sweep?.Slice?.OpenedAt == openedAt && Read().Window is null;
        var batches = ids.Chunk((ids.Count + 1) / 2).ToArray();
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Operation(() => Account.Sent(batch, openedAt, isSlice));
        }

        return batches.Length;
    }

    public Task Continue(PartitionId partition, CancellationToken cancellationToken) => Operation(() => true);

    private static string IdOf(IPageEvents fresh, int at)
    {
        Span<byte> scratch = stackalloc byte[64];
        return Encoding.ASCII.GetString(fresh.View(at, scratch).Id);
    }

    private Task<T> Operation<T>(Func<T> run)
    {
        var isStop = _operation++ == vendor.Step?.StopAt;
        if (isStop && vendor.Step!.Stop == StopKind.Before)
        {
            throw new KilledException();
        }

        var result = run();
        if (isStop && vendor.Step!.Stop == StopKind.After)
        {
            throw new KilledException();
        }

        if (isStop)
        {
            _stop!.Cancel();
        }

        return Task.FromResult(result);
    }
}
