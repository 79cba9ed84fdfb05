using System.Collections.Concurrent;
using System.Globalization;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Azure;
using global::Azure;
using global::Azure.Data.Tables;
using global::Azure.Storage.Blobs;
using global::Azure.Storage.Queues;

namespace AuditFunctions.Tests.Sandbox;

/// <summary>Storage clients whose connection string names relays.</summary>
public sealed class StorageRelayTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;
    private static int _names;

    [Fact]
    public async Task Tables_queues_and_blobs_work_through_relays_and_every_call_is_numbered()
    {
        var calls = new ConcurrentQueue<RelayCall>();
        var counter = new RelayCounter();
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), counter, Seeing(calls), Patience);

        var table = new TableClient(relays.ConnectionString, Name());
        await table.CreateIfNotExistsAsync(Patience);
        await table.SubmitTransactionAsync([Add("first"), Add("zweite 'Zeile' ü/?")], Patience);
        await table.UpsertEntityAsync(new TableEntity("p", "first") { ["Text"] = "changed" }, TableUpdateMode.Merge, Patience);
        var conflict = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "first"), Patience));
        var rows = await table.QueryAsync<TableEntity>("PartitionKey eq 'p'", cancellationToken: Patience).ToListAsync();

        var queue = new QueueClient(relays.ConnectionString, Name());
        await queue.CreateAsync(cancellationToken: Patience);
        await queue.SendMessageAsync("Grüße & <xml>", Patience);
        var message = (await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Patience)).Value;
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Patience);

        var container = new BlobContainerClient(relays.ConnectionString, Name());
        await container.CreateAsync(cancellationToken: Patience);
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        await container.GetBlobClient("day/source batch").UploadAsync(new BinaryData(bytes), overwrite: true, Patience);
        var read = (await container.GetBlobClient("day/source batch").DownloadContentAsync(Patience)).Value.Content;
        await container.GetBlobClient("day/source batch").DeleteAsync(cancellationToken: Patience);

        Assert.Equal(["changed", "zweite 'Zeile' ü/?"], rows.Select(row => row.GetString("Text")).Order(StringComparer.Ordinal));
        Assert.Equal((409, "EntityAlreadyExists"), (conflict.Status, conflict.ErrorCode));
        Assert.Equal("Grüße & <xml>", message.MessageText);
        Assert.True(bytes.AsSpan().SequenceEqual(read), "the blob's bytes differ");
        Assert.False(await container.GetBlobClient("day/source batch").ExistsAsync(Patience));
        Assert.Equal(counter.Count, calls.Count);
        Assert.Equal(Enumerable.Range(1, calls.Count), calls.Select(call => (int)call.Number).Order());
        Assert.Equal(["blob", "queue", "table"], calls.Select(call => call.Target).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_busy_answer_is_what_the_storage_clients_know_and_wait_out()
    {
        var calls = new ConcurrentQueue<RelayCall>();
        var hooks = Seeing(calls);
        var seen = hooks.Before!;
        hooks.Before = async (call, ct) => await seen(call, ct) is var passed && call.Number == 2 ? StorageAnswers.ServerBusy : passed;
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, Patience);

        var queue = new QueueClient(relays.ConnectionString, Name());
        await queue.CreateAsync(cancellationToken: Patience);
        await queue.SendMessageAsync("once", Patience);
        var patient = (await queue.PeekMessagesAsync(10, Patience)).Value.Length;
        hooks.Before = (_, _) => ValueTask.FromResult(StorageAnswers.ServerBusy);
        var impatient = new QueueClient(relays.ConnectionString, queue.Name, new QueueClientOptions { Retry = { MaxRetries = 0 } });
        var busy = await Assert.ThrowsAsync<RequestFailedException>(() => impatient.PeekMessagesAsync(1, Patience));

        Assert.Equal(1, patient);
        Assert.Equal(4, calls.Count);
        Assert.Equal((503, "ServerBusy"), (busy.Status, busy.ErrorCode));
    }

    private static RelayHooks Seeing(ConcurrentQueue<RelayCall> calls) => new()
    {
        Before = (call, _) =>
        {
            calls.Enqueue(call);
            return ValueTask.FromResult(RelayVerdict.Passed);
        },
    };

    private static TableTransactionAction Add(string key) =>
        new(TableTransactionActionType.Add, new TableEntity("p", key.Length > 5 ? "second" : key) { ["Text"] = key });

    private static string Name() => string.Create(CultureInfo.InvariantCulture, $"relay{Environment.ProcessId}x{Interlocked.Increment(ref _names)}");
}
