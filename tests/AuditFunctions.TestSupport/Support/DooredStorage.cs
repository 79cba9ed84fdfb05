using AuditFunctions.Chaos.Storage;
using AuditFunctions.Tests.Azure;

namespace AuditFunctions.Tests.Support;

/// <summary>The shared Azurite by way of doors at which a test lets calls meet faults.</summary>
internal sealed class DooredStorage : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StorageDoor> _doors = [];
    private readonly List<Rule> _rules = [];
    private readonly List<DoorCall> _calls = [];

    /// <summary>Settings of an installation behind the doors.</summary>
    public (string Setting, string Value) Setting => ("AzureWebJobsStorage", ConnectionString);

    public string ConnectionString { get; private set; } = "";

    /// <summary>Faults met so far.</summary>
    public int Met { get; private set; }

    public static async Task<DooredStorage> OpenAsync()
    {
        var azurite = await SharedAzurite.GetAsync();
        var storage = new DooredStorage { ConnectionString = azurite.ConnectionString };
        foreach (var service in new[] { azurite.BlobEndpoint, azurite.QueueEndpoint, azurite.TableEndpoint })
        {
            var door = await StorageDoor.StartAsync(service, storage.MeetsAsync, TimeProvider.System, CancellationToken.None);
            storage._doors.Add(door);
            storage.ConnectionString = storage.ConnectionString.Replace(service.GetLeftPart(UriPartial.Authority) + "/", door.BaseUrl.AbsoluteUri, StringComparison.Ordinal);
        }

        return storage;
    }

    /// <summary>The next calls that fit meet a fault.</summary>
    public void Next(int count, StorageFault fault, Func<DoorCall, bool> fits) => Add(new Rule(fault, fits) { Left = count });

    /// <summary>Every call that fits meets a fault, until told otherwise.</summary>
    /// <returns>Ends it.</returns>
    public Action All(StorageFault fault, Func<DoorCall, bool> fits)
    {
        var rule = Add(new Rule(fault, fits) { Left = int.MaxValue });
        return () => rule.Left = 0;
    }

    /// <summary>A process loses storage with one of its calls, as if it had died there, until its work has ended.</summary>
    /// <param name="before">How many calls that fit are carried out before.</param>
    /// <param name="fits">Which calls count.</param>
    /// <param name="work">What the process does.</param>
    /// <returns>What the work failed with; null when it did not.</returns>
    public async Task<Exception?> DieAsync(int before, Func<DoorCall, bool> fits, Func<Task> work)
    {
        var (seen, isDead) = (0, false);
        var revive = All(StorageFault.Reset, call => isDead || (isDead = fits(call) && seen++ == before));
        var failure = await Record.ExceptionAsync(work);
        revive();
        Assert.True(isDead);
        return failure;
    }

    /// <summary>The first try of each different call that fits loses its answer; a try is told by method, target and body.</summary>
    public void LoseEachAnswerOnce(Func<DoorCall, bool> fits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        All(StorageFault.LostAnswer, call => fits(call) && seen.Add($"{call.Method} {call.Target} {Convert.ToHexString(call.Body.Span)}"));
    }

    /// <summary>Before the next call that fits is carried out something else happens.</summary>
    public void Before(Func<DoorCall, bool> fits, Func<Task> happens) => Add(new Rule(StorageFault.None, fits) { Left = 1, Happens = happens });

    /// <summary>After the next call that fits was carried out, and before its answer goes out, something else happens.</summary>
    public void After(Func<DoorCall, bool> fits, Action happens) => Add(new Rule(StorageFault.None, fits) { Left = 1, HappensAfter = happens });

    /// <summary>How many calls came that fit, with repeats.</summary>
    public int Count(Func<DoorCall, bool> fits)
    {
        lock (_gate)
        {
            return _calls.Count(fits);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
        {
            await door.DisposeAsync();
        }
    }

    private Rule Add(Rule rule)
    {
        lock (_gate)
        {
            _rules.Add(rule);
        }

        return rule;
    }

    private async ValueTask<Passage> MeetsAsync(DoorCall call)
    {
        Rule? met;
        lock (_gate)
        {
            _calls.Add(call);
            met = _rules.Find(rule => rule.Left > 0 && rule.Fits(call));
            if (met is null)
            {
                return new Passage(StorageFault.None);
            }

            met.Left -= met.Left == int.MaxValue ? 0 : 1;
            Met += met.Fault == StorageFault.None ? 0 : 1;
        }

        await met.Happens();
        return new Passage(met.Fault, Applied: met.HappensAfter);
    }

    private sealed class Rule(StorageFault fault, Func<DoorCall, bool> fits)
    {
        public StorageFault Fault => fault;

        public Func<DoorCall, bool> Fits => fits;

        public int Left { get; set; }

        public Func<Task> Happens { get; init; } = () => Task.CompletedTask;

        public Action? HappensAfter { get; init; }
    }
}

/// <summary>Kinds of calls to storage.</summary>
internal static class Calls
{
    public static Func<DoorCall, bool> Of(string method, string part) => call => call.Method == method && Uri.UnescapeDataString(call.Target).Contains(part, StringComparison.Ordinal);

    public static Func<DoorCall, bool> To(string part) => call => Uri.UnescapeDataString(call.Target).Contains(part, StringComparison.Ordinal);

    public static bool IsWrite(DoorCall call) => call.Method is not "GET" and not "HEAD";

    public static bool IsCommit(DoorCall call) => IsWrite(call) && To("Checkpoints")(call);
}
