using AuditFunctions.Tests.Support;
using AuditFunctions.WorkerHost;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The function app under its host: a wrong setting stops the start with a message that names the setting.</summary>
public sealed class StartTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Theory]
    [InlineData("AzureWebJobsStorage", null, "AzureWebJobsStorage is missing")]
    [InlineData("AzureWebJobsStorage", "myaccount", "AzureWebJobsStorage__accountName")]
    [InlineData("Fetching__MaxPages", "0", "MaxPages")]
    [InlineData("Fetching__MaxPagse", "10", "MaxPagse")]
    [InlineData("Shipping__ClaimDuration", "00:00:10", "Shipping__ClaimDuration")]
    [InlineData("Telemetry__TraceRatio", "2", "Telemetry__TraceRatio")]
    [InlineData("ScheduleCron", null, "ScheduleCron is missing")] // the host would leave the timer out, and nothing would ever be polled
    [InlineData("ScheduleCron", "every minute", "ScheduleCron")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string? value, string expected)
    {
        await using var host = await FunctionsHost.StartAsync(Patience);
        await using var worker = host.Launch([new("AzureWebJobsStorage", "UseDevelopmentStorage=true"), new(setting, value)]);

        var exitCode = await worker.Ended.WaitAsync(Patience);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, worker.Console, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key cut off")]
    [InlineData("key where the suffix belongs")]
    [InlineData("key in an address")]
    [InlineData("name forgotten")]
    public async Task A_malformed_connection_string_stops_the_start_and_nothing_of_it_is_shown(string fault)
    {
        await using var host = await FunctionsHost.StartAsync(Patience);
        await using var worker = host.Launch([new("AzureWebJobsStorage", MalformedConnections.All[fault])]);

        Assert.NotEqual(0, await worker.Ended.WaitAsync(Patience));
        Assert.Contains("The storage connection string", worker.Console, StringComparison.Ordinal);
        MalformedConnections.AssertNotIn(string.Join('\n', worker.Lines));
    }
}
