using AuditFunctions.Destinations;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.SelfHosting.Health;
using AuditFunctions.Sources.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.SelfHosting;

/// <summary>The whole pipeline in one process: the handlers that the function app calls, driven by a timer loop and two queue pollers.</summary>
public sealed class SelfHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);
    private readonly ServiceProvider _services;
    private readonly string _cron;

    private SelfHost(ServiceProvider services, string cron)
    {
        _services = services;
        _cron = cron;
    }

    /// <summary>The services, for commands that look inside.</summary>
    public IServiceProvider Services => _services;

    /// <summary>Registers everything and checks every setting.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="logging">Says where logs go.</param>
    /// <param name="templates">The templates; null for the shipped ones.</param>
    /// <exception cref="OptionsValidationException">Settings are missing or malformed; the message names them.</exception>
    public static SelfHost Create(IConfiguration configuration, Action<ILoggingBuilder> logging, TemplateCatalog? templates = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging(logging);
        services.AddChecked<SelfHostOptions, SelfHostOptionsValidator>("Host");
        services.AddPipeline(configuration).AddScheduling().AddFetching().AddShipping();
        if (templates is not null)
        {
            services.AddSingleton(templates);
        }

        LeaveRoom(services);
        var provider = services.BuildServiceProvider();
        try
        {
            SettingsCheck.Run(provider);
            var cron = configuration[TickCron.Setting] ?? TickCron.Default;
            if (TickCron.ProblemOf(cron) is { } problem)
            {
                throw new OptionsValidationException(TickCron.Setting, typeof(string), [problem]);
            }

            return new SelfHost(provider, cron);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>Runs until stopped; deliveries that are under way are finished first.</summary>
    public Task RunAsync(CancellationToken stop) => RunAsync(null, Timeout.InfiniteTimeSpan, stop);

    /// <summary>How long a run until idle may take where nobody says it: a vendor that always has more would keep it for ever.</summary>
    public static TimeSpan UsualMost { get; } = TimeSpan.FromDays(1);

    /// <summary>Polls every enabled source at once and runs until all are caught up and both queues are empty.</summary>
    /// <returns>What is left undone; nothing when all went well.</returns>
    public Task<IReadOnlyList<string>> RunUntilIdleAsync(CancellationToken stop) => RunUntilIdleAsync(UsualMost, stop);

    /// <summary>The same, for so long at most.</summary>
    public async Task<IReadOnlyList<string>> RunUntilIdleAsync(TimeSpan atMost, CancellationToken stop)
    {
        var watch = ActivatorUtilities.CreateInstance<UntilIdle>(_services);
        await RunAsync(watch, atMost, stop);
        return watch.Undone;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // One destination or vendor that hangs must not hold all the places that this host has.
    private static void LeaveRoom(IServiceCollection services)
    {
        services.AddOptions<ShippingOptions>().PostConfigure<IOptions<SelfHostOptions>>((shipping, host) =>
            shipping.MaxPerDestination = Math.Min(shipping.MaxPerDestination, Math.Max(1, host.Value.ShipConcurrency - 1)));
        services.AddOptions<FetchingOptions>().PostConfigure<IOptions<SelfHostOptions>>((fetching, host) =>
        {
            fetching.MaxPerVendor = Math.Min(fetching.MaxPerVendor, Math.Max(1, host.Value.FetchConcurrency - 1));
            fetching.MaxConcurrent = Math.Min(fetching.MaxConcurrent, host.Value.FetchConcurrency);
        });
    }

    private async Task RunAsync(UntilIdle? watch, TimeSpan atMost, CancellationToken stop)
    {
        var storage = _services.GetRequiredService<StorageAccount>();
        var options = _services.GetRequiredService<IOptions<SelfHostOptions>>().Value;
        var time = _services.GetRequiredService<TimeProvider>();
        var log = _services.GetRequiredService<ILogger<SelfHost>>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var fetch = _services.GetRequiredService<FetchHandler>();
        var ship = _services.GetRequiredService<ShipHandler>();
        var pulses = new Pulses(storage, watch is null ? TickCron.LongestPause(TickCron.Parse(_cron)!, time.GetUtcNow()) : null, time);
        await using var health = options.HealthPort > 0 ? await HealthEndpoint.StartAsync(options.HealthPort, pulses.All, stop) : null;

        // A process that runs for ever may be started before its storage, or while that is away; one that ends when idle says so and ends.
        var setup = _services.GetRequiredService<StorageSetup>();
        await setup.RunAsync(options.RetryDelay, failure => watch is null && !StorageFailure.IsRefusal(failure), stop);
        var shipping = new PollerLimits(options.ShipConcurrency, FinishesOnStop: true, Extra: 3 * options.ShipConcurrency);
        var fetchPoller = new QueuePoller(storage.Fetches, fetch.HandleAsync, new PollerLimits(options.FetchConcurrency, FinishesOnStop: false), options, time, log, pulses.Fetch);
        var shipPoller = new QueuePoller(storage.Ships, ship.HandleAsync, shipping, options, time, log, pulses.Ship);
        HostLog.Started(log, storage.Fetches.Name, storage.Ships.Name, watch is null ? _cron : "until idle");
        var driver = watch is null
            ? new Ticker(TickCron.Parse(_cron)!, _services.GetRequiredService<ScheduleHandler>(), time, log, pulses.Tick).RunAsync(ending.Token)
            : watch.WaitAsync(() => fetchPoller.Running + shipPoller.Running, atMost, ending.Token);
        var pollers = Task.WhenAll(fetchPoller.RunAsync(ending.Token), shipPoller.RunAsync(ending.Token));
        try
        {
            await await Task.WhenAny(driver, pollers);
        }
        finally
        {
            HostLog.Stopping(log);
            await ending.CancelAsync();

            // A reader that does not read is the only one that waits for nothing but itself: what it has not taken comes again in any case.
            var output = _services.GetRequiredService<SenderServices>().Output;
            await using var leaving = time.CreateTimer(_ => output.Leave(), null, LongestRead, Timeout.InfiniteTimeSpan);
            try
            {
                await pollers;
            }
            finally
            {
                // What was counted and not yet written down; not cancelled, since this is the last chance.
                await _services.GetRequiredService<DestinationBacklog>().FlushAsync(CancellationToken.None);
            }
        }

        await driver;
    }
}
