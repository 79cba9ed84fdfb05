using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Support;
using static AuditFunctions.Tests.Support.ScriptedServer;

namespace AuditFunctions.Tests.Sources;

/// <summary>Jobs at a vendor whose result is fetched later.</summary>
public sealed class JobTests
{
    private const string Job = """
        job:
          submit: { method: POST, path: /jobs, body: { from: "{from}", to: "{to}" } }
          handle: id
          poll: { path: "/jobs/{job.handle}" }
          state: { path: state, ready: [done], failed: [failed, cancelled] }
          wait: 10s
          atMost: 30m
        request: { path: "/jobs/{job.handle}/records", query: { page: "{cursor}" } }
        paging: { kind: cursor, path: next }
        events: { path: records }
        id: id
        time: at
        """;

    private static readonly string ByLinks = Job.Replace(", query: { page: \"{cursor}\" }", "", StringComparison.Ordinal)
        .Replace("{ kind: cursor, path: next }", "{ kind: link-header }", StringComparison.Ordinal);

    [Fact]
    public async Task Job_is_submitted_waited_for_and_its_result_read_page_by_page()
    {
        var polls = 0;
        await using var vendor = await VendorAsync(new()
        {
            ["POST /jobs"] = _ => new(201, """{"id":"j 1"}"""),
            ["GET /jobs/j%201"] = _ => new(200, polls++ == 0 ? """{"state":"running"}""" : """{"state":"done"}"""),
            ["GET /jobs/j%201/records"] = _ => new(200, """{"records":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"p|2"}"""),
            ["GET /jobs/j%201/records?page=p%7C2"] = _ => new(200, """{"records":[{"id":2,"at":"2026-01-01T00:00:00Z"}],"next":null}"""),
        });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Define(vendor));
        var submitted = await PageAsync(jobs, source, null);
        Assert.True(submitted is { MustKeep: true, Lost: null, End.IsLast: false, Content.Cut.Count: 0 });
        Assert.Equal("Throttled 202, 10 s", Pull.Tell(await AskAsync(jobs, source, submitted.End.Cursor)));

        var first = await PageAsync(jobs, source, submitted.End.Cursor);
        var second = await PageAsync(jobs, source, first.End.Cursor);

        Assert.Equal((1, 1), (first.Content.Cut.Count, second.Content.Cut.Count));
        Assert.True(second.End.IsLast);
        Assert.Equal(1, vendor.Requests.Count(request => request.Method == "POST"));
        Assert.Equal("""{"from":"2026-01-01T00:00:00.000Z","to":"2026-02-01T00:00:00.000Z"}""", vendor.Requests[0].Body);
    }

    [Theory]
    [InlineData(200, """{"state":"failed"}""", "its state is 'failed'")]
    [InlineData(200, """{"state":"failed","error":{"code":"TooBusy"}}""", "its state is 'failed'")]     // the job's error, not the request's
    [InlineData(404, "", "GET /jobs/{job.handle} answered 404")]
    [InlineData(410, "", "GET /jobs/{job.handle} answered 410")]
    public async Task Job_that_is_lost_is_submitted_again_ever_later_and_is_a_failure_after_three(int status, string body, string why)
    {
        await using var vendor = await VendorAsync(new() { ["POST /jobs"] = _ => new(201, """{"id":7}"""), ["GET /jobs/7"] = _ => new(status, body) });
        await using var pull = new Pull();
        var (jobs, source, cursor, told) = (new JobPages(pull.Client, pull.Time), Define(vendor), (string?)null, new List<string>());
        for (var step = 0; step < 9; step++)
        {
            switch (await AskAsync(jobs, source, cursor))
            {
                case PageResult.Page page:
                    cursor = page.End.Cursor;
                    told.Add(page.Lost is { } lost ? $"lost: {lost}" : "submitted");
                    break;
                case PageResult.Throttled { RetryAfter: { } wait }:
                    told.Add($"wait {wait.TotalSeconds}");
                    pull.Time.Advance(wait);
                    break;
                case var other:
                    told.Add(Pull.Tell(other));
                    break;
            }
        }

        Assert.Equal(["submitted", "wait 10", "submitted", "wait 20", "submitted"], told.Where(one => !one.StartsWith("lost", StringComparison.Ordinal)).Take(5));
        Assert.All(told.Where(one => one.StartsWith("lost", StringComparison.Ordinal)), one => Assert.StartsWith($"lost: {why}", one, StringComparison.Ordinal));
        Assert.StartsWith("Failed 0: 3 jobs in a row were lost at the vendor; the next is submitted at 2026-02-01 00:01:10Z", told[^1], StringComparison.Ordinal);
        Assert.Equal(3, vendor.Requests.Count(request => request.Method == "POST"));
    }

    [Fact]
    public async Task Job_that_takes_too_long_is_lost()
    {
        await using var vendor = await VendorAsync(new() { ["POST /jobs"] = _ => new(202, """{"id":7}"""), ["GET /jobs/7"] = _ => new(200, """{"state":"queued"}""") });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Define(vendor));
        var submitted = await PageAsync(jobs, source, null);
        pull.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal("it was not done within 30m", (await PageAsync(jobs, source, submitted.End.Cursor)).Lost);
    }

    /// <summary>A handle that has expired while nothing ran, of a vendor that does not answer 404 then.</summary>
    [Theory]
    [InlineData(400, true)]
    [InlineData(422, true)]
    [InlineData(500, true)]
    [InlineData(401, false)]    // whether it is done is not known
    [InlineData(403, false)]
    [InlineData(429, false)]
    public async Task Job_that_is_answered_with_an_error_is_lost_when_its_time_is_over(int status, bool isLost)
    {
        await using var vendor = await VendorAsync(new() { ["POST /jobs"] = _ => new(202, """{"id":7}"""), ["GET /jobs/7"] = _ => new(status, "") });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Define(vendor));
        var submitted = await PageAsync(jobs, source, null);
        Assert.IsNotType<PageResult.Page>(await AskAsync(jobs, source, submitted.End.Cursor));
        pull.Time.Advance(TimeSpan.FromMinutes(31));
        var lost = (await AskAsync(jobs, source, submitted.End.Cursor) as PageResult.Page)?.Lost;
        Assert.Equal(isLost, lost?.StartsWith($"GET /jobs/{{job.handle}} answered {status}", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Result_that_is_gone_in_its_middle_is_asked_for_with_another_job()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["POST /jobs"] = _ => new(201, """{"id":7}"""),
            ["GET /jobs/7"] = _ => new(200, """{"state":"done"}"""),
            ["GET /jobs/7/records"] = _ => new(200, """{"records":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"2"}"""),
            ["GET /jobs/7/records?page=2"] = _ => new(410, ""),
        });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Define(vendor));
        var first = await PageAsync(jobs, source, (await PageAsync(jobs, source, null)).End.Cursor);
        var lost = await PageAsync(jobs, source, first.End.Cursor);
        Assert.NotNull(lost.Lost);

        pull.Time.Advance(TimeSpan.FromMinutes(1));
        await PageAsync(jobs, source, lost.End.Cursor);
        Assert.Equal(2, vendor.Requests.Count(request => request.Method == "POST"));
    }

    [Fact]
    public async Task Without_a_state_the_status_says_whether_the_job_is_done()
    {
        var polls = 0;
        await using var vendor = await VendorAsync(new()
        {
            ["POST /jobs"] = _ => new(202, """{"id":7}"""),
            ["GET /jobs/7"] = _ => new(polls++ == 0 ? 202 : 200, ""),
            ["GET /jobs/7/records"] = _ => new(200, """{"records":[],"next":null}"""),
        });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Pull.DefineYaml(vendor.BaseUrl, string.Join('\n', Job.Split('\n').Where(line => !line.Contains("state:", StringComparison.Ordinal)))));
        var submitted = await PageAsync(jobs, source, null);

        Assert.Equal("Throttled 202, 10 s", Pull.Tell(await AskAsync(jobs, source, submitted.End.Cursor)));
        Assert.True((await PageAsync(jobs, source, submitted.End.Cursor)).End.IsLast);
    }

    [Theory]
    [InlineData(500, "", "Failed 500: POST /jobs answered 500")]
    [InlineData(429, "", "Throttled 429")]
    [InlineData(403, "", "Refused 403: POST /jobs answered 403")]
    [InlineData(200, "{}", "Failed 200: the answer to the request that submits the job, POST /jobs, holds no handle at 'id'")]
    [InlineData(200, "", "Failed 200: the answer to the request that submits the job, POST /jobs, holds no handle at 'id'")]
    [InlineData(200, """{"id":{"a":1}}""", "Failed 200: the answer to the request that submits the job, POST /jobs, holds no handle at 'id'")]
    public async Task Job_that_cannot_be_submitted_is_a_failure(int status, string body, string expected)
    {
        await using var vendor = await VendorAsync(new() { ["POST /jobs"] = _ => new(status, body) });
        await using var pull = new Pull();

        Assert.StartsWith(expected, Pull.Tell(await AskAsync(new JobPages(pull.Client, pull.Time), Define(vendor), null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_that_leads_elsewhere_is_not_asked_about()
    {
        await using var vendor = await VendorAsync(new() { ["POST /jobs"] = _ => new(200, """{"id":".."}""") });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Define(vendor));

        Assert.Contains("leads elsewhere in an address", Pull.Tell(await AskAsync(jobs, source, (await PageAsync(jobs, source, null)).End.Cursor)), StringComparison.Ordinal);
        Assert.Single(vendor.Requests);
    }

    [Fact]
    public async Task Example_of_the_documentation_runs()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["POST /v1/exports"] = _ => new(201, """{"id":"e1"}"""),
            ["GET /v1/exports/e1"] = _ => new(200, """{"status":"complete"}"""),
            ["GET /v1/exports/e1/events"] = _ => new(200, """{"events":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":null}"""),
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, string.Join('\n', DocsPage.Read("docs/templates.md").Section("`job`").CodeBlocks("yaml").Single()));
        var jobs = new JobPages(pull.Client, pull.Time);

        Assert.Equal(1, (await PageAsync(jobs, source, (await PageAsync(jobs, source, null)).End.Cursor)).Content.Cut.Count);
    }

    [Theory]
    [InlineData("job: {}", "job.submit: is missing|job.poll: is missing")]
    [InlineData("job: { submit: { path: /a }, poll: { path: '/{job.handle}' } }", "job.handle: is missing, which 'poll' uses.")]
    [InlineData("job: { submit: { path: /a }, poll: { path: /b } }\nrequest: { path: '/{job.handle}' }", "job.handle: is missing, which 'request' uses.")]
    [InlineData("job: { sumbit: {} }", "job.sumbit (line 3): is not known here; allowed: atMost, capture, handle, limit, partial, poll, state, submit, wait.")]
    [InlineData("job: { partial: { path: cut } }", "job.partial.is: is missing: the value, or a list of values, that says that events were left out.")]
    [InlineData("job: { submit: { path: '/{job.handle}' }, handle: id, poll: { path: /a } }", "job.submit (line 3): uses '{job.handle}', which is known only|job.poll (line 3): does not use '{job.handle}'")]
    [InlineData("job: { submit: { path: '/{cursor}' }, handle: id, poll: { path: '/{job.handle}' } }", "job.submit (line 3): uses '{cursor}', which is of the result's pages.")]
    [InlineData("job: { submit: { path: /a }, handle: id, poll: { path: '/{job.handle}' }, state: { path: s } }", "job.state.ready: is missing")]
    [InlineData("job: { submit: { path: /a }, handle: id, poll: { path: '/{job.handle}' }, wait: 0s }", "job.wait (line 3): is '0s'")]
    [InlineData("job: { submit: { path: /a }, handle: id, poll: { path: '/{job.handle}' } }", "request: uses neither '{job.handle}' nor a value of 'job.capture'")]
    [InlineData("request: { path: '/{job.handle}' }", "request: uses '{job.handle}', but there is no 'job'.")]
    [InlineData("job: { submit: { path: /a }, handle: id, poll: { path: '/{job.handle}' } }\nrequest: { path: '/{job.handle}' }\nexpand: { request: { path: '/{item.id}' } }", "job: cannot stand beside 'expand'.")]
    public void What_cannot_run_is_refused(string part, string expected)
    {
        var found = Pull.ProblemsOf([("definition", $"baseUrl: https://a.example\ntime: at\n{part}")]);
        Assert.All(expected.Split('|'), text => Assert.Contains(found, problem => problem.StartsWith(text, StringComparison.Ordinal)));
    }

    private const string Captures = """
        job:
          submit: { method: POST, path: /q }
          handle: id
          poll: { path: "/q/{job.handle}" }
          state: { path: state, ready: Ready, empty: Done, failed: Canceled }
          capture: { token: "tokens[0]", total: { path: total, optional: true } }
        request: { method: POST, path: /r, body: { task: "{job.handle}", page: "{job.token}", total: "{job.total}" } }
        next: { method: POST, path: /r, body: { task: "{job.handle}", page: "{cursor}", first: "{job.token}" } }
        paging: { kind: cursor, path: next }
        events: { path: records }
        id: id
        time: at
        """;

    // The place in the checkpoint holds what was captured: another process goes on with it.
    [Fact]
    public async Task What_the_answer_that_it_is_done_holds_stands_in_the_requests_for_the_result()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["POST /q"] = _ => new(200, """{"id":"q 1"}"""),
            ["GET /q/q%201"] = _ => new(200, """{"state":"Ready","tokens":["t=1 2|3","t2"]}"""),
            ["POST /r"] = seen => new(200, seen.Body.Contains("p2", StringComparison.Ordinal)
                ? """{"records":[{"id":2,"at":"2026-01-01T00:00:00Z"}],"next":null}""" : """{"records":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"p2"}"""),
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Captures);
        var submitted = await PageAsync(new JobPages(pull.Client, pull.Time), source, null);
        var first = await PageAsync(new JobPages(pull.Client, pull.Time), source, submitted.End.Cursor);
        var second = await PageAsync(new JobPages(pull.Client, pull.Time), source, first.End.Cursor);
        Assert.True(second.End.IsLast);
        Assert.Equal(
            ["""{"task":"q 1","page":"t=1 2|3"}""", """{"task":"q 1","page":"p2","first":"t=1 2|3"}"""],
            vendor.Requests.Where(request => request.PathAndQuery == "/r").Select(request => request.Body));
    }

    [Theory]
    [InlineData("""{"state":"Done"}""", "Page of 0")]
    [InlineData("""{"state":"Ready","tokens":[]}""", "Failed 200: the job is done, but the answer to GET /q/{job.handle} holds nothing that can be kept at 'tokens[0]'")]
    [InlineData("""{"state":"Ready","tokens":["a\u0001"]}""", "Failed 200: the job is done, but the answer to GET /q/{job.handle} holds nothing that can be kept at 'tokens[0]'")]
    [InlineData("""{"state":"Running"}""", "Throttled 202, 10 s")]
    public async Task State_of_a_job_says_whether_there_is_a_result(string answer, string told)
    {
        await using var vendor = await VendorAsync(new() { ["POST /q"] = _ => new(200, """{"id":"1"}"""), ["GET /q/1"] = _ => new(200, answer) });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Pull.DefineYaml(vendor.BaseUrl, Captures));
        var submitted = await PageAsync(jobs, source, null);
        Assert.StartsWith(told, Pull.Tell(await AskAsync(jobs, source, submitted.End.Cursor)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"state":"Ready","tokens":["t"],"cut":true}""", "Refused 0: the vendor says 'true' of the job's result: it left events out, and the window is read in halves")]
    [InlineData("""{"state":"Ready","tokens":["t"],"cut":"yes"}""", "Refused 0: the vendor says 'yes' of the job's result: it left events out, and the window is read in halves")]
    [InlineData("""{"state":"Running","cut":true}""", "Throttled 202, 10 s")]
    [InlineData("""{"state":"Ready","tokens":["t"],"cut":false}""", "Page of 1")]
    [InlineData("""{"state":"Ready","tokens":["t"]}""", "Page of 1")]
    public async Task Result_of_which_the_vendor_says_that_it_is_partial_is_no_result(string answer, string told)
    {
        await using var vendor = await VendorAsync(new() { ["POST /q"] = _ => new(200, """{"id":"1"}"""), ["GET /q/1"] = _ => new(200, answer), ["POST /r"] = _ => new(200, """{"records":[{"id":1,"at":"2026-01-01T00:00:00Z"}]}""") });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Pull.DefineYaml(vendor.BaseUrl, Captures.Replace("job:\n", "job:\n  partial: { path: cut, is: [\"true\", \"yes\"] }\n", StringComparison.Ordinal)));
        var submitted = await PageAsync(jobs, source, null);
        Assert.StartsWith(told, Pull.Tell(await AskAsync(jobs, source, submitted.End.Cursor)), StringComparison.Ordinal);
    }

    // 3 events, two on the first page: as many as there may be.
    [Theory]
    [InlineData(10, "Page of 1")]
    [InlineData(11, "Page of 1")]
    public async Task Result_that_is_not_full_is_whole(int limit, string told) => Assert.Equal(told, await LastOfAsync(limit, events: 3));

    [Fact]
    public async Task Result_that_is_full_is_no_result() => Assert.Equal(
        "Refused 0: the job's result holds 10 events, all that the vendor puts into one: it may have left some out, and the window is read in halves",
        await LastOfAsync(10, events: 10));

    private static async Task<string> LastOfAsync(int limit, int events)
    {
        string Records(int from, int count) => string.Join(',', Enumerable.Range(from, count).Select(id => $"{{\"id\":{id},\"at\":\"2026-01-01T00:00:00Z\"}}"));
        await using var vendor = await VendorAsync(new()
        {
            ["POST /jobs"] = _ => new(201, """{"id":"7"}"""),
            ["GET /jobs/7"] = _ => new(200, """{"state":"done"}"""),
            ["GET /jobs/7/records"] = _ => new(200, $"{{\"records\":[{Records(0, events - 1)}],\"next\":\"2\"}}"),
            ["GET /jobs/7/records?page=2"] = _ => new(200, $"{{\"records\":[{Records(events, 1)}],\"next\":null}}"),
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, Job.Replace("  wait: 10s", $"  limit: {limit}\n  wait: 10s", StringComparison.Ordinal));
        var submitted = await PageAsync(new JobPages(pull.Client, pull.Time), source, null);
        var first = await PageAsync(new JobPages(pull.Client, pull.Time), source, submitted.End.Cursor);
        return Pull.Tell(await AskAsync(new JobPages(pull.Client, pull.Time), source, first.End.Cursor));
    }

    /// <summary>A full page without a word of a next one is asked for once more before it counts as the last, as that of any list.</summary>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, null)]
    public async Task End_of_a_result_that_is_in_doubt_is_so(int events, int? full)
    {
        await using var vendor = await VendorAsync(new()
        {
            ["POST /jobs"] = _ => new(201, """{"id":"7"}"""),
            ["GET /jobs/7"] = _ => new(200, """{"state":"done"}"""),
            ["GET /jobs/7/records"] = _ => new(200, $"{{\"records\":[{string.Join(',', Enumerable.Range(0, events).Select(id => $"{{\"id\":{id},\"at\":\"2026-01-01T00:00:00Z\"}}"))}]}}"),
        });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Pull.DefineYaml(vendor.BaseUrl, $"{ByLinks}\nlimits: {{ pageSize: 3 }}"));
        var submitted = await PageAsync(jobs, source, null);
        var page = await PageAsync(jobs, source, submitted.End.Cursor);
        Assert.Equal((true, full), (page.End.IsLast, page.End.FullPage));
        page.Content.Dispose();
    }

    [Fact]
    public async Task A_vendor_with_one_job_at_a_time_gives_no_handle()
    {
        await using var vendor = await VendorAsync(new()
        {
            ["POST /report"] = _ => new(204, ""),
            ["GET /report"] = _ => new(200, """{"status":"COMPLETE"}"""),
            ["GET /report/download"] = _ => new(200, """[{"id":1,"at":"2026-01-01T00:00:00Z"}]"""),
        });
        await using var pull = new Pull();
        var (jobs, source) = (new JobPages(pull.Client, pull.Time), Pull.DefineYaml(vendor.BaseUrl, """
            job:
              submit: { method: POST, path: /report, body: { startTime: "{from:unix-ms}" } }
              poll: { path: /report }
              state: { path: status, ready: COMPLETE }
            request: { path: /report/download }
            id: id
            time: at
            """));
        var submitted = await PageAsync(jobs, source, null);
        Assert.Equal("Page of 1", Pull.Tell(await AskAsync(jobs, source, submitted.End.Cursor)));
        Assert.Equal(["POST /report", "GET /report", "GET /report/download"], vendor.Requests.Select(request => $"{request.Method} {request.PathAndQuery}"));
    }

    [Theory]
    [InlineData("{job.token}", "{job.nope}", "request: uses '{job.nope}', which 'job.capture' does not name; captured: token, total.")]
    [InlineData("path: /q }", "path: /q, query: { a: \"{job.token}\" } }", "job.submit (line 3): uses '{job.token}', which is known only when the job is done.")]
    [InlineData("token: \"tokens[0]\"", "handle: a", "job.capture.handle (line 7): is no name: letters and digits, 40 at most, and not 'handle'.")]
    [InlineData("token: \"tokens[0]\"", "token: \"tokens[\"", "job.capture.token (line 7): ")]
    [InlineData("token: \"tokens[0]\"", "token: t, a: a, b: b, c: c, d: d", "job.capture (line 7): has 6 values; allowed: 5.")]
    public void Captures_that_cannot_be_are_refused_where_they_are_written(string part, string with, string problem) => Assert.Contains(
        Pull.ProblemsOf(("definition", "baseUrl: https://acme.example\n" + Captures.Replace(part, with, StringComparison.Ordinal))),
        found => found.StartsWith(problem, StringComparison.Ordinal));

    private static SourceDefinition Define(ScriptedServer vendor) => Pull.DefineYaml(vendor.BaseUrl, Job);

    private static Task<ScriptedServer> VendorAsync(Dictionary<string, Func<Seen, Reply>> answers) => ScriptedServer.StartAsync(seen =>
        answers.TryGetValue($"{seen.Method} {seen.PathAndQuery}", out var answer) ? answer(seen) : new(500, ""));

    private static Task<PageResult> AskAsync(JobPages jobs, SourceDefinition source, string? cursor) =>
        jobs.GetPageAsync(source, new PageQuery(Pull.From, Pull.From.AddDays(31), cursor), CancellationToken.None);

    private static async Task<PageResult.Page> PageAsync(JobPages jobs, SourceDefinition source, string? cursor)
    {
        var result = await AskAsync(jobs, source, cursor);
        return result as PageResult.Page ?? throw new InvalidOperationException(Pull.Tell(result));
    }
}
