namespace Azure.Data.Tables.Http;

/// <summary>What a storage connection string says about tables. Its errors name settings, never values.</summary>
internal sealed class ConnectionString
{
    // The emulator's account is fixed and public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private ConnectionString(Uri endpoint, string name, TableSharedKeyCredential? key, string? sas)
    {
        Endpoint = endpoint;
        Name = name;
        Key = key;
        Sas = sas;
    }

    public Uri Endpoint { get; }

    public string Name { get; }

    public TableSharedKeyCredential? Key { get; }

    public string? Sas { get; }

    /// <exception cref="FormatException">Not a connection string, or one that lacks what tables need.</exception>
    public static ConnectionString Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var settings = Settings(connectionString);
        if (string.Equals(settings.GetValueOrDefault("UseDevelopmentStorage"), "true", StringComparison.OrdinalIgnoreCase))
        {
            var emulator = Url("DevelopmentStorageProxyUri", settings.GetValueOrDefault("DevelopmentStorageProxyUri", "http://127.0.0.1"));
            var local = new UriBuilder(emulator.Scheme, emulator.Host, 10002, EmulatorAccount).Uri;
            return new ConnectionString(local, EmulatorAccount, new TableSharedKeyCredential(EmulatorAccount, EmulatorKey), null);
        }
        var name = settings.GetValueOrDefault("AccountName");
        var endpoint = settings.TryGetValue("TableEndpoint", out var explicitly)
            ? Url("TableEndpoint", explicitly)
            : Url("AccountName", $"{settings.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://"
                + $"{name ?? throw Missing("AccountName or TableEndpoint")}.table."
                + $"{settings.GetValueOrDefault("EndpointSuffix", "core.windows.net")}/");
        name ??= TableEndpoint.AccountName(endpoint);
        if (settings.TryGetValue("SharedAccessSignature", out var sas))
        {
            return new ConnectionString(endpoint, name, null, sas);
        }
        var key = settings.GetValueOrDefault("AccountKey") ?? throw Missing("AccountKey or SharedAccessSignature");
        return new ConnectionString(endpoint, name, Key64(name, key), null);
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException("A connection string is name=value settings between ';'; one of them has no name or no '='.");
            }
            if (!settings.TryAdd(setting[..equals], setting[(equals + 1)..]))
            {
                throw new FormatException($"The connection string has '{setting[..equals]}' twice.");
            }
        }
        return settings;
    }

    private static Uri Url(string setting, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Query.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? url
            : throw new FormatException($"The connection string's {setting} does not give an http or https URL without a query.");

    private static TableSharedKeyCredential Key64(string name, string key)
    {
        try
        {
            return new TableSharedKeyCredential(name, key);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException("The connection string's AccountKey is empty or not base64.", e);
        }
    }

    private static FormatException Missing(string settings) => new($"The connection string has no {settings}.");
}
