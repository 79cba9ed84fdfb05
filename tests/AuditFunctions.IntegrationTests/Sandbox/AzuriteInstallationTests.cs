using System.Diagnostics;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class AzuriteInstallationTests
{
    [Fact]
    public async Task Missing_npm_is_said_with_what_to_install()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var folder = Directory.CreateTempSubdirectory("azurite-");
        try
        {
            // A process of its own: its PATH is empty and its cache folder is new.
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardError = true,
                Environment = { ["PATH"] = folder.FullName, ["XDG_DATA_HOME"] = folder.FullName, ["LOCALAPPDATA"] = folder.FullName },
            };
            start.ArgumentList.Add(typeof(AzuriteServer).Assembly.Location);
            start.ArgumentList.Add("azurite");
            using var process = Process.Start(start)!;
            Assert.StartsWith("npm was not found. Install Node.js", await process.StandardError.ReadToEndAsync(deadline.Token),
                StringComparison.Ordinal);
            await process.WaitForExitAsync(deadline.Token);
            Assert.Equal(1, process.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
