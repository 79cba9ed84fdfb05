using AuditFunctions.Chaos.Records;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Storage;

/// <summary>One process's doors to the three storage services. Everything that it asks of storage goes through them, meets faults there and is noted.</summary>
internal sealed class StorageDoors : IAsyncDisposable
{
    private readonly List<StorageDoor> _doors = [];
    private readonly List<StorageWeather> _weathers = [];
    private volatile Life _life = new(0, 0);

    private StorageDoors()
    {
    }

    /// <summary>The process that is behind the doors now.</summary>
    public Life Life
    {
        get => _life;
        set => _life = value;
    }

    /// <summary>A connection string by way of the doors.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>How often each fault was met, by service.</summary>
    public IEnumerable<KeyValuePair<StorageFault, int>> Counts => _weathers.SelectMany(weather => weather.Counts);

    public static async Task<StorageDoors> StartAsync(AzuriteServer azurite, StorageTrace trace, SentBodies bodies, Random random, TimeProvider time, CancellationToken cancellationToken)
    {
        var doors = new StorageDoors { ConnectionString = azurite.ConnectionString };
        foreach (var service in new[] { azurite.BlobEndpoint, azurite.QueueEndpoint, azurite.TableEndpoint })
        {
            var weather = new StorageWeather(new Random(random.Next()), time);
            var door = await StorageDoor.StartAsync(service, call => ValueTask.FromResult(doors.Meets(call, weather, trace, bodies)), time, cancellationToken);
            doors._weathers.Add(weather);
            doors._doors.Add(door);
            doors.ConnectionString = doors.ConnectionString.Replace(service.GetLeftPart(UriPartial.Authority) + "/", door.BaseUrl.AbsoluteUri, StringComparison.Ordinal);
        }

        return doors;
    }

    /// <summary>Lets the weather change until told to stop; then all is well.</summary>
    public Task ChangeWeatherAsync(CancellationToken stop) => Task.WhenAll(_weathers.Select(weather => weather.ChangeAsync(stop)));

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
        {
            await door.DisposeAsync();
        }
    }

    private Passage Meets(DoorCall call, StorageWeather weather, StorageTrace trace, SentBodies bodies)
    {
        var life = Life;
        var about = StorageCall.Of(call.Method, call.Target, call.Body);
        var (fault, wait) = weather.Next();
        if (fault != StorageFault.None)
        {
            trace.Hurt(life, about);
        }

        return new Passage(fault, wait, Apply, Unclear);

        void Apply()
        {
            bodies.Applied(about);
            trace.Applied(life, about);
        }

        // What begins something counts as carried out, since what follows from it could not be explained otherwise; what ends something does not.
        void Unclear()
        {
            if (about is StorageCall.Send or StorageCall.Store or StorageCall.Ledger { Step: LedgerStep.Claim })
            {
                Apply();
            }

            trace.Hurt(life, about);
            weather.Count(StorageFault.Own);
        }
    }
}
