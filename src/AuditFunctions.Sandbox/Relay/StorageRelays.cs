namespace AuditFunctions.Sandbox;

/// <summary>Relays before the three services of an Azurite, on one counter and the same hooks: <c>blob</c>, <c>queue</c>, <c>table</c>.</summary>
public sealed class StorageRelays : IAsyncDisposable
{
    private readonly SandboxRelay[] _relays;

    private StorageRelays(SandboxRelay[] relays, string connectionString)
    {
        _relays = relays;
        ConnectionString = connectionString;
    }

    /// <summary>The Azurite's connection string, through the relays.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the three.</summary>
    public static async Task<StorageRelays> StartAsync(AzuriteServer azurite, RelayCounter counter, RelayHooks hooks, CancellationToken ct)
    {
        var relays = await Task.WhenAll(
            SandboxRelay.StartAsync(azurite.BlobEndpoint, "blob", counter, hooks, ct),
            SandboxRelay.StartAsync(azurite.QueueEndpoint, "queue", counter, hooks, ct),
            SandboxRelay.StartAsync(azurite.TableEndpoint, "table", counter, hooks, ct));
        var connection = azurite.ConnectionString
            .Replace(azurite.BlobEndpoint.Authority, relays[0].Url.Authority, StringComparison.Ordinal)
            .Replace(azurite.QueueEndpoint.Authority, relays[1].Url.Authority, StringComparison.Ordinal)
            .Replace(azurite.TableEndpoint.Authority, relays[2].Url.Authority, StringComparison.Ordinal);
        return new StorageRelays(relays, connection);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }
}
