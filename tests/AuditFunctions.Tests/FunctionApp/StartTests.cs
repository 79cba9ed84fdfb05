using AuditFunctions.WorkerHost;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The function app under its host: a wrong setting stops the start with a message that names the setting.</summary>
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
        await using var host = await FunctionsHost.StartAsync(Patience);
        await using var worker = host.Launch([new("AzureWebJobsStorage", "UseDevelopmentStorage=true"), new(setting, value)]);

        var exitCode = await worker.Ended.WaitAsync(Patience);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, worker.Console, StringComparison.Ordinal);
    }
}
