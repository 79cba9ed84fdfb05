using System.Net;
using System.Net.Sockets;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Tests.Support;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.State;

/// <summary>Storage that takes connections and answers nothing is told early, long before its clients give up.</summary>
public sealed class StorageWaitTests
{
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    [Fact]
    public async Task Storage_that_answers_nothing_is_told_once()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var time = new ManualTime();
        var clock = new StorageClock(time, new ClockTolerance(TimeSpan.Zero));
        var storage = At($"http://{deaf.LocalEndpoint}", clock);
        using var stop = new CancellationTokenSource();
        var told = new List<string>();
        var waiting = StorageWait.ForAsync(ReadAsync(storage, stop.Token), storage, clock, time, told.Add);
        await Stage.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return told.Count > 0;
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        Assert.Equal([$"Storage at {deaf.LocalEndpoint} does not answer. Start Azurite (npx azurite), or name another account with --storage or the setting AzureWebJobsStorage. Still waiting for it."], told);
    }

    [Fact]
    public async Task Of_storage_that_answers_nothing_is_told_however_long_the_work_takes()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(403, ""));
        var time = new ManualTime();
        var clock = new StorageClock(time, new ClockTolerance(TimeSpan.Zero));
        var storage = At(server.BaseUrl, clock);
        var told = new List<string>();
        var work = new TaskCompletionSource<int>();
        var waiting = StorageWait.ForAsync(work.Task, storage, clock, time, told.Add);
        await Assert.ThrowsAsync<RequestFailedException>(() => ReadAsync(storage, Stage.Deadline()));
        time.Advance(TimeSpan.FromHours(1));
        work.SetResult(7);
        Assert.Equal(7, await waiting);
        Assert.Empty(told);
    }

    private static async Task<int> ReadAsync(StorageAccount storage, CancellationToken cancellationToken)
    {
        var rows = 0;
        await foreach (var _ in storage.Sources.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            rows++;
        }

        return rows;
    }

    private static StorageAccount At(string url, StorageClock clock) => new(
        Options.Create(new StorageOptions
        {
            ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};BlobEndpoint={url}/a;QueueEndpoint={url}/a;TableEndpoint={url}/a",
        }),
        clock);
}
