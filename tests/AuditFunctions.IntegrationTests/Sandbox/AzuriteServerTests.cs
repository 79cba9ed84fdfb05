using System.Diagnostics;
using System.Net;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class AzuriteServerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Three_services_answer_at_the_addresses_of_the_connection_string()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var azurite = await AzuriteServer.StartAsync(deadline.Token);
        var settings = azurite.ConnectionString.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => s[1], StringComparer.Ordinal);
        using var http = new HttpClient();
        foreach (var service in new[] { "BlobEndpoint", "QueueEndpoint", "TableEndpoint" })
        {
            // Without a signature each service refuses us, which shows that it is there.
            using var response = await http.GetAsync(new Uri(settings[service] + "?comp=list"), deadline.Token);
            Assert.True(response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest,
                $"{service} answered {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Two_at_once_have_their_own_processes_and_ports_and_end_when_disposed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var both = await Task.WhenAll(AzuriteServer.StartAsync(deadline.Token), AzuriteServer.StartAsync(deadline.Token));
        Assert.NotEqual(both[0].ConnectionString, both[1].ConnectionString);
        foreach (var azurite in both)
        {
            using var node = Process.GetProcessById(azurite.ProcessId);
            await azurite.DisposeAsync();
            await node.WaitForExitAsync(deadline.Token);
        }
    }

    [Fact]
    public async Task Persistence_folder_and_debug_log_are_used_and_closed_without_force()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var folder = Directory.CreateTempSubdirectory("azurite-");
        try
        {
            var log = Path.Combine(folder.FullName, "logs", "debug.log");
            var options = new AzuriteServerOptions { PersistenceFolder = folder.FullName, DebugLogPath = log };
            await using (await AzuriteServer.StartAsync(options, deadline.Token))
            {
            }

            Assert.True(File.Exists(log));
            Assert.NotEmpty(folder.GetFiles("__azurite_db_*"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
