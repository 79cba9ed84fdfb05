namespace AuditFunctions.Chaos.Storage;

/// <summary>What a door does to a call.</summary>
internal enum StorageFault
{
    None,

    /// <summary>503 ServerBusy instead of the call.</summary>
    Busy,

    /// <summary>The call is carried out some hundred milliseconds late.</summary>
    Late,

    /// <summary>The connection is reset instead of the call.</summary>
    Reset,

    /// <summary>The call is carried out and its answer is lost: the connection is reset.</summary>
    LostAnswer,

    /// <summary>The call is not carried out and nothing is answered until the silence is over.</summary>
    Silence,

    /// <summary>None of ours: storage broke off or failed by itself.</summary>
    Own,
}

/// <summary>The weather at one process's door to one storage service: single faults, spells of throttling, and silences of 10 to 30 s. Thread safe.</summary>
internal sealed class StorageWeather(Random random, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StorageFault, int> _counts = [];

    // Each is met at least once however the dice fall.
    private static readonly Dictionary<int, StorageFault> Once = new()
    {
        [40] = StorageFault.Busy,
        [60] = StorageFault.Reset,
        [80] = StorageFault.LostAnswer,
        [100] = StorageFault.Late,
        [120] = StorageFault.Silence,
    };

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);
    private int _calls;
    private DateTimeOffset _busyUntil;
    private DateTimeOffset _silentUntil;
    private bool _isOver;

    /// <summary>How often each fault was met.</summary>
    public IReadOnlyDictionary<StorageFault, int> Counts
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<StorageFault, int>(_counts);
            }
        }
    }

    /// <summary>What happens to the next call, and how long it takes.</summary>
    public (StorageFault Fault, TimeSpan Wait) Next()
    {
        lock (_gate)
        {
            var (fault, wait) = Choose();
            _counts[fault] = _counts.GetValueOrDefault(fault) + 1;
            return (fault, wait);
        }
    }

    /// <summary>Counts a fault that came by itself.</summary>
    public void Count(StorageFault fault)
    {
        lock (_gate)
        {
            _counts[fault] = _counts.GetValueOrDefault(fault) + 1;
        }
    }

    /// <summary>Lets spells begin until told to stop; from then on all calls pass.</summary>
    public async Task ChangeAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            lock (_gate)
            {
                var now = time.GetUtcNow();
                var length = random.NextDouble();
                if (random.NextDouble() < 0.25)
                {
                    _silentUntil = now + ShortestSilence + TimeSpan.FromSeconds(20 * length);
                }
                else
                {
                    _busyUntil = now + TimeSpan.FromSeconds(1 + (9 * length));
                }

                pause = TimeSpan.FromSeconds(15 + (random.NextDouble() * 45));
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            _isOver = true;
        }
    }

    private (StorageFault Fault, TimeSpan Wait) Choose()
    {
        var now = time.GetUtcNow();
        var chance = random.NextDouble();
        return chance switch
        {
            _ when _isOver => (StorageFault.None, default),
            _ when Once.TryGetValue(++_calls, out var fault) => (fault, fault == StorageFault.Silence ? ShortestSilence : TimeSpan.FromSeconds(1)),
            _ when _silentUntil > now => (StorageFault.Silence, _silentUntil - now),
            < 0.8 when _busyUntil > now => (StorageFault.Busy, default),
            < 0.005 => (StorageFault.Busy, default),
            < 0.015 => (StorageFault.Reset, default),
            < 0.030 => (StorageFault.LostAnswer, default),
            < 0.060 => (StorageFault.Late, TimeSpan.FromMilliseconds(random.Next(100, 1_500))),
            _ => (StorageFault.None, default),
        };
    }
}
