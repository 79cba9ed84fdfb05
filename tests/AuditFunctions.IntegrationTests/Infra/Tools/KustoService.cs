using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Infra.Tools;

/// <summary>Kusto's own language service, from its npm package, which is installed on first use (Node.js and npm needed).</summary>
internal static class KustoService
{
    private const string Script = "check.js";
    private static readonly string Entry = Path.Combine("node_modules", "@kusto", "language-service-next", "Kusto.Language.Bridge.min.js");

    // Columns as in https://learn.microsoft.com/azure/azure-monitor/reference/tables/appmetrics and its neighbours, read 2026-11-26.
    private static readonly Lazy<IReadOnlyDictionary<string, Dictionary<string, string>>> Tables = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(Resource("tables.json"))!);

    private static readonly Lazy<Task<NpmInstallation>> Installed = new(InstallAsync);

    /// <summary>Names of the tables that it knows.</summary>
    public static IEnumerable<string> TableNames => Tables.Value.Keys;

    /// <summary>What it finds in queries, by their names: nothing in one that is right.</summary>
    public static async Task<IReadOnlyDictionary<string, string[]>> CheckAsync(IReadOnlyDictionary<string, string> queries)
    {
        var package = await Installed.Value;
        var input = JsonSerializer.Serialize(new { tables = Tables.Value, queries });
        var (code, output, error) = await Tool.RunAsync("node", [Path.Combine(package.Folder, Script)], input);
        Assert.True(code == 0, error);
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(output)!;
    }

    private static Task<NpmInstallation> InstallAsync()
    {
        var package = JsonElement.Parse(Resource("package.json"));
        var version = package.GetProperty("dependencies").GetProperty("@kusto/language-service-next").GetString();
        string[] names = ["package.json", NpmInstallation.LockFile, Script];
        return NpmInstallation.EnsureAsync(
            NpmInstallation.FolderOf($"kusto-{version}"), names.ToDictionary(name => name, Resource, StringComparer.Ordinal), Entry,
            TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(KustoService).Assembly.GetManifestResourceStream($"Kusto/{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
