using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

/// <summary>A real table service for the tests of a collection, and tables of their own for each of them.</summary>
public sealed class TablesFixture : IAsyncLifetime
{
    private const string Package = "azurite@3.35.0";
    private static TimeSpan StartTimeout => TimeSpan.FromMinutes(3);

    private Process? _azurite;

    // The emulator's account is fixed and public.
    public static string AccountName => "devstoreaccount1";

    public static string AccountKey => "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string ConnectionString { get; private set; } = "";

    public Uri Endpoint => new TableServiceClient(ConnectionString).Uri;

    public static string NewName() => $"t{Guid.NewGuid():N}";

    public async Task<TableClient> NewTableAsync()
    {
        var table = new TableClient(ConnectionString, NewName());
        await table.CreateIfNotExistsAsync();
        return table;
    }

    public async Task InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        var folder = Path.Combine(Path.GetTempPath(), Package.Replace('@', '-'));
        var program = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        if (!File.Exists(program))
        {
            Directory.CreateDirectory(folder);
            using var npm = Start("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", Package], folder);
            await npm.StandardOutput.ReadToEndAsync(deadline.Token);
            await npm.WaitForExitAsync(deadline.Token);
        }
        var port = FreePort();
        string[] options = ["--tablePort", $"{port}", "--skipApiVersionCheck", "--inMemoryPersistence", "--silent", "--disableTelemetry"];
        _azurite = Start("node", [program, .. options], folder);
        while (await _azurite.StandardOutput.ReadLineAsync(deadline.Token) is { } line
            && !line.Contains("successfully started", StringComparison.Ordinal))
        {
        }
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};"
            + $"TableEndpoint=http://127.0.0.1:{port}/{AccountName};";
    }

    public async Task DisposeAsync()
    {
        if (_azurite is not null)
        {
            _azurite.Kill(entireProcessTree: true);
            await _azurite.WaitForExitAsync();
            _azurite.Dispose();
        }
    }

    private static Process Start(string program, string[] arguments, string folder) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        }) ?? throw new InvalidOperationException($"{program} did not start.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class TablesCollection : ICollectionFixture<TablesFixture>
{
    public const string Name = "tables";
}
