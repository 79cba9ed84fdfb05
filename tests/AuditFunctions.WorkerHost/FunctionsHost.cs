using System.Diagnostics;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.WorkerHost;

/// <summary>
/// What the Functions host does for its workers, as far as this app is concerned: starts them, indexes and loads their functions, ticks,
/// and feeds them the messages of their queues. It speaks the published protocol; nothing of the worker is replaced.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly WorkerRegistry _workers;

    private FunctionsHost(WebApplication server, WorkerRegistry workers)
    {
        _server = server;
        _workers = workers;
    }

    private Uri Address => new(_server.Urls.Single());

    /// <summary>Starts the host; it has no worker yet.</summary>
    public static async Task<FunctionsHost> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback,
            0,
            listen => listen.Protocols = HttpProtocols.Http2));
        var workers = new WorkerRegistry();
        builder.Services.AddSingleton(workers);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        var server = builder.Build();
        server.MapGrpcService<RpcEndpoint>();
        await server.StartAsync(cancellationToken);
        return new FunctionsHost(server, workers);
    }

    /// <summary>Starts a worker and waits for nothing.</summary>
    /// <param name="environment">The app's settings, as environment variables.</param>
    public Worker Launch(IEnumerable<KeyValuePair<string, string?>> environment) => Worker.Start(Address, environment, _workers.Add);

    /// <summary>Starts a worker that takes invocations.</summary>
    /// <param name="environment">The app's settings, as environment variables.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The worker, and how long it took to have its functions loaded.</returns>
    /// <exception cref="InvalidOperationException">It ended or refused a step; the message holds what it wrote.</exception>
    public async Task<(Worker Worker, TimeSpan ColdStart)> StartWorkerAsync(
        IEnumerable<KeyValuePair<string, string?>> environment,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var worker = Launch(environment);
        try
        {
            await worker.ReadyAsync(cancellationToken);
            return (worker, watch.Elapsed);
        }
        catch (WorkerGoneException exception)
        {
            throw new InvalidOperationException($"The worker ended with code {await worker.Ended}. It wrote:\n{worker.Console}", exception);
        }
    }

    /// <summary>Feeds the messages of a queue to a function, until stopped.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="queue">The queue.</param>
    public static QueueFeed Feed(Worker worker, string function, QueueClient queue) => new(worker, function, queue, PublishedApp.Queues());

    /// <summary>A tick of the timer.</summary>
    public static Task<InvocationResult> TickAsync(Worker worker, CancellationToken cancellationToken) => worker.InvokeAsync(
        "Schedule",
        """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""",
        isJson: true,
        [],
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.All)
        {
            await worker.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
