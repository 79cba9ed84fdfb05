using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>The command line of node for an Azurite.</summary>
internal static class AzuriteArguments
{
    // Azurite closes idle connections after 5 s by default, now and then under a request that reuses one. Seconds.
    private const string KeepAlive = "600";

    /// <summary>The arguments, script first.</summary>
    public static IEnumerable<string> Of(AzuriteInstallation installation, AzuriteServerOptions options)
    {
        yield return installation.RunScript;
        yield return installation.EntryPoint;
        yield return "--skipApiVersionCheck";
        yield return "--disableTelemetry";
        yield return "--silent";
        foreach (var service in new[] { "blob", "queue", "table" })
        {
            yield return $"--{service}Host";
            yield return "127.0.0.1";
            yield return $"--{service}Port"; // 0: the system chooses a free one, which Azurite prints
            yield return "0";
            yield return $"--{service}KeepAliveTimeout";
            yield return KeepAlive;
        }

        if (options.Loose)
        {
            yield return "--loose";
        }

        if (options.DebugLogPath is { } debugLog)
        {
            yield return "--debug";
            yield return Path.GetFullPath(debugLog);
        }

        if (options.PersistenceFolder is { } folder)
        {
            yield return "--location";
            yield return Path.GetFullPath(folder);
            yield break;
        }

        yield return "--inMemoryPersistence";
        if (options.MemoryLimitMiB is { } limit)
        {
            yield return "--extentMemoryLimit";
            yield return limit.ToString(CultureInfo.InvariantCulture);
        }
    }
}
