using System.Diagnostics;
using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class StandaloneTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Vendor_tells_its_URL_and_at_the_end_its_account()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start("vendor", "--events", "2000", "--shape", "okta", "--seed", "3");
        var ready = await LineAsync(process, deadline.Token);
        using var http = new HttpClient();
        var url = ready.GetProperty("url").GetString() + "?limit=10&since=2026-01-01T00:00:00Z";
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new("SSWS", "sandbox-token");
        using var response = await http.SendAsync(request, deadline.Token);
        Assert.True(response.IsSuccessStatusCode);
        var account = await http.GetStringAsync(ready.GetProperty("baseUrl").GetString() + "_account", deadline.Token);
        process.StandardInput.Close();
        var last = await LineAsync(process, deadline.Token);
        Assert.Equal(account, last.GetRawText());
        Assert.Equal((2000, 1), (last.GetProperty("offered").GetInt32(), last.GetProperty("requests").GetInt32()));
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Siem_tells_its_URL_and_at_the_end_its_account()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start("siem", "--token", "t");
        var ready = await LineAsync(process, deadline.Token);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, ready.GetProperty("url").GetString());
        request.Headers.Authorization = new("Splunk", "t");
        request.Content = new StringContent("""{"event":{"id":"a"}}{"event":{"id":"a"}}""");
        using var response = await http.SendAsync(request, deadline.Token);
        process.StandardInput.Close();
        var last = await LineAsync(process, deadline.Token);
        Assert.Equal((1, 1), (last.GetProperty("received").GetInt32(), last.GetProperty("duplicates").GetInt32()));
    }

    [Theory]
    [InlineData]
    [InlineData("vendor", "--events", "many")]
    [InlineData("vendor", "--shape", "round")]
    [InlineData("siem", "--unknown", "1")]
    [InlineData("other")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start(arguments);
        Assert.Contains("usage:", await process.StandardError.ReadToEndAsync(deadline.Token), StringComparison.Ordinal);
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(2, process.ExitCode);
    }

    [Fact]
    public async Task Azurite_ends_when_the_process_that_started_it_is_killed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start("azurite");
        var ready = await LineAsync(process, deadline.Token);
        using var node = Process.GetProcessById(ready.GetProperty("processId").GetInt32());
        process.Kill(entireProcessTree: false);
        await node.WaitForExitAsync(deadline.Token);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(SandboxVendor).Assembly.Location);
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    private static async Task<JsonElement> LineAsync(Process process, CancellationToken ct)
    {
        var line = await process.StandardOutput.ReadLineAsync(ct);
        Assert.True(line is not null, "It ended without a word.");
        return JsonDocument.Parse(line).RootElement;
    }
}
