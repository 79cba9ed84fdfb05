using AuditFunctions.Chaos.Account;
using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Stage;

/// <summary>A SIEM that fails at random and is away for some seconds now and then. Each stored body goes to the arrivals.</summary>
internal sealed class LiveSiem : IAsyncDisposable
{
    private readonly Random _random;
    private readonly TimeProvider _time;
    private volatile Fault? _outage;

    private LiveSiem(string name, Random random, TimeProvider time)
    {
        Name = name;
        _random = random;
        _time = time;
    }

    public string Name { get; }

    public SandboxSiem Server { get; private set; } = null!;

    /// <summary>How often it was away.</summary>
    public int Outages { get; private set; }

    public static async Task<LiveSiem> StartAsync(string name, string kind, Arrivals arrivals, DirectBatches direct, Refusals refusals, ChaosOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var random = options.RandomOf("siem " + name);
        var siem = new LiveSiem(name, random, time);
        var faults = new FaultPlan((ulong)random.NextInt64());
        (double, Fault)[] shares =
        [
            (0.02, new Fault.Throttled(TimeSpan.FromSeconds(1))),
            (0.02, HecFault.InternalError),
            (0.02, HecFault.Busy),
            (0.02, new Fault.Reset()),
            (0.01, new Fault.Hang()),
            (0.02, new Fault.AnswerLost()),
            (0.01, new Fault.ResetMidBody()),
            (0.005, new Fault.SlowBody(TimeSpan.FromSeconds(5))),
        ];
        faults.Once(shares, turn: 0);
        foreach (var outage in OutageKinds)
        {
            faults.When(_ => ReferenceEquals(siem._outage, outage), outage);
        }

        faults.Shares(shares);
        siem.Server = await SandboxSiem.StartAsync(
            new SandboxSiemOptions
            {
                Faults = faults,
                Time = time,
                Refuses = id => refusals.Of(name, id),
                OnStored = arrival =>
                {
                    direct.Look(name, kind, arrival);
                    arrivals.Add(name, arrival);
                },
                OnRefused = arrival =>
                {
                    direct.Look(name, kind, arrival);
                    arrivals.AddRefused(name, arrival);
                },
            },
            cancellationToken);
        return siem;
    }

    /// <summary>Goes away and comes back until told to stop.</summary>
    public async Task FailAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(5 + (_random.NextDouble() * 20)), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _outage = stop.IsCancellationRequested ? null : OutageKinds[_random.Next(OutageKinds.Length)];
            Outages += _outage is null ? 0 : 1;
            await Task.Delay(TimeSpan.FromSeconds(1 + (_random.NextDouble() * 7)), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _outage = null;
        }

        Server.Faults.Clear();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static readonly Fault[] OutageKinds = [new Fault.Status(503), new Fault.Reset(), new Fault.Hang()];
}
