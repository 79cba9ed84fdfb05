using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sandbox;

/// <summary>The relay before any HTTP server: what passes is unchanged, what a hook decides happens.</summary>
public sealed class RelayTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task What_passes_is_unchanged_on_both_ways()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(
            207, seen.Body + "!", ("X-Two", "a"), ("X-Two", "b"), ("Content-Type", "text/x-odd; charset=utf-8"), ("ETag", "W/\"1\"")));
        await using var relay = await StartAsync(server, new RelayHooks());
        using var http = new HttpClient();
        var url = new Uri($"{relay.Url}a%2Fb/%7e//c/../d?q=%41+b&sig=x%3D%3d", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Patch, url) { Content = new StringContent("body ü") };
        request.Headers.TryAddWithoutValidation("Authorization", "SharedKey a:b=");
        request.Headers.TryAddWithoutValidation("x-ms-odd", "1, 2");

        using var response = await http.SendAsync(request, Patience);

        var seen = Assert.Single(server.Requests);
        Assert.Equal(("PATCH", "/a%2Fb/%7e//c/../d?q=%41+b&sig=x%3D%3d", "body ü"), (seen.Method, seen.PathAndQuery, seen.Body));
        Assert.Equal(("SharedKey a:b=", "1, 2", "text/plain; charset=utf-8", "7"), (seen.Header("Authorization"), seen.Header("x-ms-odd"), seen.Header("Content-Type"), seen.Header("Content-Length")));
        Assert.Equal(relay.Url.Authority, seen.Header("Host"));
        Assert.Equal((207, "body ü!"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Patience)));
        Assert.Equal(["a", "b"], response.Headers.GetValues("X-Two").SelectMany(value => value.Split(", ")));
        Assert.Equal(("W/\"1\"", "text/x-odd; charset=utf-8"), (response.Headers.ETag!.ToString(), response.Content.Headers.ContentType!.ToString()));
    }

    [Fact]
    public async Task A_vendors_next_links_lead_through_the_relay()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 250 }, Patience);
        await using var relay = await SandboxRelay.StartAsync(vendor.BaseUrl, "vendor", new RelayCounter(), new RelayHooks(), Patience);
        using var http = new HttpClient { DefaultRequestHeaders = { { "Authorization", "SSWS sandbox-token" } } };

        using var page = await http.GetAsync(new Uri(relay.Url, "api/v1/logs?limit=100&since=2026-01-01T00:00:00Z"), Patience);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith(relay.Url.AbsoluteUri, VendorClient.Link(page, "next"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_a_hook_replaces_the_call_or_its_answer()
    {
        var busy = new RelayVerdict.Respond(503, Encoding.UTF8.GetBytes("wait"), new KeyValuePair<string, string>("Retry-After", "7"));
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "{}"));
        await using var relay = await StartAsync(server, new RelayHooks
        {
            Before = (call, _) => ValueTask.FromResult(call.Number == 1 ? busy : RelayVerdict.Passed),
            After = (call, status, _) => ValueTask.FromResult(call.Number == 2 && status == 200 ? busy : RelayVerdict.Passed),
        });
        using var http = new HttpClient();

        var answers = new List<(int, string, int)>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await http.GetAsync(relay.Url, Patience);
            answers.Add(((int)response.StatusCode, response.Headers.RetryAfter?.ToString() ?? "", server.Requests.Count));
        }

        Assert.Equal([(503, "7", 0), (503, "7", 1), (200, "", 2)], answers);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_broken_connection_is_an_error_to_the_client(bool after, int reached)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "{}"));
        var reset = new RelayVerdict.Reset();
        await using var relay = await StartAsync(server, after
            ? new RelayHooks { After = (_, _, _) => ValueTask.FromResult<RelayVerdict>(reset) }
            : new RelayHooks { Before = (_, _) => ValueTask.FromResult<RelayVerdict>(reset) });
        using var http = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.PostAsync(relay.Url, new StringContent("x"), Patience));

        Assert.Equal(reached, server.Requests.Count);
    }

    [Fact]
    public async Task A_swallowed_answer_never_comes_although_the_server_did_its_work()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "{}"));
        var reached = new TaskCompletionSource();
        await using var relay = await StartAsync(server, new RelayHooks
        {
            After = (_, _, _) =>
            {
                reached.SetResult();
                return ValueTask.FromResult<RelayVerdict>(new RelayVerdict.Swallow());
            },
        });
        using var http = new HttpClient();
        using var leaving = new CancellationTokenSource();

        var call = http.GetAsync(relay.Url, leaving.Token);
        await reached.Task.WaitAsync(Patience);
        Assert.False(call.IsCompleted);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_server_breaks_off_is_broken_off_for_the_client(bool withinTheBody)
    {
        Fault fault = withinTheBody ? new Fault.ResetMidBody() : new Fault.Reset();
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 100, Faults = new FaultPlan().Next(1, fault) }, Patience);
        await using var relay = await SandboxRelay.StartAsync(vendor.BaseUrl, "vendor", new RelayCounter(), new RelayHooks(), Patience);
        using var http = new HttpClient { DefaultRequestHeaders = { { "Authorization", "SSWS sandbox-token" } } };

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(new Uri(relay.Url, "api/v1/logs"), Patience));
    }

    [Fact]
    public async Task Relays_that_share_a_counter_number_their_calls_together()
    {
        var calls = new ConcurrentQueue<RelayCall>();
        var hooks = new RelayHooks
        {
            Before = (call, _) =>
            {
                calls.Enqueue(call);
                return ValueTask.FromResult(RelayVerdict.Passed);
            },
        };
        var counter = new RelayCounter();
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "{}"));
        await using var one = await SandboxRelay.StartAsync(new Uri(server.BaseUrl), "one", counter, hooks, Patience);
        await using var two = await SandboxRelay.StartAsync(new Uri(server.BaseUrl), "two", counter, hooks, Patience);
        using var http = new HttpClient();

        foreach (var relay in new[] { one, two, one })
        {
            await http.GetStringAsync(new Uri(relay.Url, "path?sig=secret"), Patience);
        }

        Assert.Equal(["#1 one GET /path", "#2 two GET /path", "#3 one GET /path"], calls.Select(call => call.ToString()));
        Assert.Equal(3, counter.Count);
    }

    [Fact]
    public async Task What_reached_the_server_is_done_there_although_the_client_has_left()
    {
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var answered = new TaskCompletionSource<int>();
        await using var server = await ScriptedServer.StartAsync(_ =>
        {
            reached.SetResult();
            goOn.Task.Wait(Patience);
            return new(201, "{}");
        });
        var counter = new RelayCounter();
        await using var relay = await SandboxRelay.StartAsync(new Uri(server.BaseUrl), "server", counter, new RelayHooks
        {
            After = (_, status, _) =>
            {
                answered.SetResult(status);
                return ValueTask.FromResult(RelayVerdict.Passed);
            },
        }, Patience);
        using (var http = new HttpClient())
        using (var leaving = new CancellationTokenSource())
        {
            var call = http.PostAsync(relay.Url, new StringContent("x"), leaving.Token);
            await reached.Task.WaitAsync(Patience);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        Assert.Equal(1, counter.UnderWay);
        goOn.SetResult();

        Assert.Equal(201, await answered.Task.WaitAsync(Patience));
    }

    private static Task<SandboxRelay> StartAsync(ScriptedServer server, RelayHooks hooks) =>
        SandboxRelay.StartAsync(new Uri(server.BaseUrl), "server", new RelayCounter(), hooks, Patience);
}
