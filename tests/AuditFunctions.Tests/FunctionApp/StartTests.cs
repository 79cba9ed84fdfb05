using System.Diagnostics;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The function app as a process: a wrong setting stops it with a message that names the setting.</summary>
public sealed class StartTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Theory]
    [InlineData("AzureWebJobsStorage", null, "AzureWebJobsStorage is missing")]
    [InlineData("AzureWebJobsStorage", "myaccount", "AzureWebJobsStorage__accountName")]
    [InlineData("Fetching__MaxPages", "0", "MaxPages")]
    [InlineData("Fetching__MaxPagse", "10", "MaxPagse")]
    [InlineData("Shipping__ClaimDuration", "00:00:10", "Shipping__ClaimDuration")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string? value, string expected)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AuditFunctions.dll")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        start.Environment[setting] = value;
        using var app = Process.Start(start)!;

        var error = await app.StandardError.ReadToEndAsync(Patience);
        var output = await app.StandardOutput.ReadToEndAsync(Patience);
        await app.WaitForExitAsync(Patience);

        Assert.NotEqual(0, app.ExitCode);
        Assert.Contains(expected, error + output, StringComparison.Ordinal);
    }
}
