using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AuditFunctions.Hosting;
using AuditFunctions.SelfHosting;
using AuditFunctions.SelfHosting.Health;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hosting;

/// <summary>What an orchestrator is told: whether the process should be started anew, and whether it can work.</summary>
public sealed class HealthTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_loop_that_moves_is_live_and_one_that_stands_still_is_not()
    {
        var pulse = new Pulse("queue 'fetch'", TimeSpan.FromMinutes(15), _time);
        await using var endpoint = await HealthEndpoint.StartAsync(0, [pulse], Patience);

        Assert.Equal((200, ""), await AskAsync(endpoint, "/health/live"));
        _time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((503, "queue 'fetch' has not moved for 16 min"), await AskAsync(endpoint, "/health/live"));
        pulse.Failed();
        Assert.Equal((200, ""), await AskAsync(endpoint, "/health/live"));
    }

    [Fact]
    public async Task It_is_ready_once_storage_has_answered_every_loop_and_not_while_it_does_not()
    {
        var fetch = new Pulse("queue 'fetch'", TimeSpan.FromMinutes(15), _time);
        var timer = new Pulse("the timer", TimeSpan.FromMinutes(15), _time);
        await using var endpoint = await HealthEndpoint.StartAsync(0, [fetch, timer], Patience);

        fetch.Worked();
        Assert.Equal((503, "the timer: not started yet"), await AskAsync(endpoint, "/health/ready"));
        timer.Worked();
        Assert.Equal((200, ""), await AskAsync(endpoint, "/health/ready"));
        fetch.Failed();
        _time.Advance(TimeSpan.FromMinutes(2));
        fetch.Failed();
        Assert.Equal((503, "queue 'fetch': storage has not answered since 00:00:00 UTC"), await AskAsync(endpoint, "/health/ready"));
        fetch.Worked();
        Assert.Equal((200, ""), await AskAsync(endpoint, "/health/ready"));
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/health", HttpStatusCode.NotFound)]
    [InlineData("POST", "/health/live", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/health/live", HttpStatusCode.OK)]
    public async Task It_answers_nothing_else(string method, string path, HttpStatusCode status)
    {
        await using var endpoint = await HealthEndpoint.StartAsync(0, [new Pulse("the timer", TimeSpan.FromMinutes(15), _time)], Patience);
        using var http = new HttpClient();
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(endpoint.Url, path)), Patience);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Patience));
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_and_names_the_setting()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var installation = await Installation.CreateAsync(("Host:HealthPort", $"{port}"));

        var exception = await Assert.ThrowsAsync<OperationException>(() => installation.Host.RunAsync(Patience));
        Assert.Contains($"Port {port} (the setting Host__HealthPort)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_answers_makes_its_loop_ready_and_one_that_is_gone_does_not()
    {
        await using var installation = await Installation.CreateAsync();
        var log = new CapturedLog();
        var there = new Pulse("there", TimeSpan.FromMinutes(15), TimeProvider.System);
        var gone = new Pulse("gone", TimeSpan.FromMinutes(15), TimeProvider.System);
        await installation.Storage.ShipQueue.DeleteAsync(Patience);
        var options = new SelfHostOptions();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Patience);
        var pollers = Task.WhenAll(
            new QueuePoller(installation.Storage.Fetches, (_, _) => Task.CompletedTask, new PollerLimits(1, FinishesOnStop: false), options, TimeProvider.System, log, there).RunAsync(stop.Token),
            new QueuePoller(installation.Storage.Ships, (_, _) => Task.CompletedTask, new PollerLimits(1, FinishesOnStop: false), options, TimeProvider.System, log, gone).RunAsync(stop.Token));

        while (there.NotReady() is not null || gone.NotReady()?.Contains("has not answered", StringComparison.Ordinal) != true)
        {
            Assert.False(pollers.IsCompleted);
            await Task.Yield();
            Patience.ThrowIfCancellationRequested();
        }

        await stop.CancelAsync();
        await pollers;
    }

    private static async Task<(int Status, string Reasons)> AskAsync(HealthEndpoint endpoint, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(endpoint.Url, path), Patience);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Patience));
        var reasons = answer.RootElement.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()).ToArray();
        Assert.Equal(reasons.Length == 0, answer.RootElement.GetProperty("healthy").GetBoolean());
        return ((int)response.StatusCode, string.Join("; ", reasons));
    }
}
