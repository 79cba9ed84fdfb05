using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Azure;

/// <summary>One Azurite for the whole test run, started when first asked for; tests keep apart by prefixes of their own.</summary>
public static class SharedAzurite
{
    private static readonly Lazy<Task<AzuriteServer>> Server = new(() => AzuriteServer.StartAsync(CancellationToken.None));

    public static Task<AzuriteServer> GetAsync() => Server.Value;
}
