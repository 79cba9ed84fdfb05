namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn templates new</c>: a sample answer becomes a template that is valid and a contract that it keeps.</summary>
public sealed class NewTemplateTests
{
    private const string Url = "https://api.acme.example/v1/audit log?since={from}&until={to}&limit={pageSize}&filter=a%26b%3Dc";
    private const string Cursor = """
        {"meta":{"next_cursor":"c 2","total":3,"tags":[{"id":1}]},
         "data":[{"id":"a","actor":{"id":"u1"},"created_at":"2026-01-31T09:10:00Z","seen":1769850600},{"id":"b","actor":{"id":"u1"},"created_at":"2026-01-31T09:20:00.123Z","seen":1769850601}]}
        """;

    [Theory]
    [InlineData(Cursor, "2 events at data, id id, time created_at, next page meta.next_cursor", "kind: cursor|cursor\": \"{cursor}\"|path: \"data\"|since\": \"{from}\"|filter\": \"a&b=c\"")]
    [InlineData("""[{"uuid":"a","time":1769850600123},{"uuid":"b","time":1769850600124}]""", "2 events at $, id uuid, time time, next page none", "format: unix-ms|id: \"uuid\"")]
    [InlineData("""{"events":[{"when":"2026-01-31T09:10:00Z"}],"links":{"next":"https://api.acme.example/v1/audit?page=2"}}""", "1 event at events, id none, time when, next page links.next", "kind: next-url|path: \"links.next\"")]
    [InlineData("""{"events":[{"when":"2026-01-31T09:10:00Z"}],"links":{"next":"https://evil.example/v1"}}""", "time when, next page none", "path: \"events\"")]
    [InlineData("""{"a b":{"@items":[{"the id":"a","at":1769850600}]}}""", "1 event at ['a b'].@items, id ['the id'], time at", "format: unix-s")]
    public async Task What_is_written_is_valid_and_its_contract_is_kept(string answer, string found, string parts)
    {
        using var run = CliRun.Offline();
        run.Write("answer.json", answer);
        var done = await run.DoneAsync("templates", "new", "answer.json", "--name", "acme-audit", "--url", Url, "--yes");
        Assert.Contains(found, done.Output, StringComparison.Ordinal);
        var template = await File.ReadAllTextAsync(Path.Combine(run.Folder, "acme-audit.yaml"));
        Assert.All(parts.Split('|'), part => Assert.Contains(part, template, StringComparison.Ordinal));
        await run.DoneAsync("templates", "test", "acme-audit.contract.yaml");
    }

    [Theory]
    [InlineData(Cursor, "--time", "seen", 0, "time seen")]
    [InlineData(Cursor, "--id", "none", 0, "id none")]
    [InlineData(Cursor, "--next", "none", 0, "Nothing in the sample names a next page")]
    [InlineData(Cursor, "--auth", "X-Api-Key", 0, "2 events")]
    [InlineData(Cursor, "--auth", "none", 0, "2 events")]
    [InlineData(Cursor, "--time", "nope", 1, "--time 'nope' is none of what was found: created_at, seen.")]
    [InlineData(Cursor, "--events", "nope", 1, "--events 'nope' is none of what was found: data, meta.tags.")]
    [InlineData(Cursor, "--events", "meta.tags", 1, "Where is an event's time? Nothing like it was found in the sample.")]
    [InlineData(Cursor, "--url", "ftp://acme.example", 2, "--url must be an https:// URL")]
    [InlineData(Cursor, "--name", "a b", 2, "--name: allowed: ")]
    [InlineData(Cursor, "--auth", "a b", 2, "--auth must be bearer, none, or the name of a header")]
    [InlineData("{\n\"a\": }", "--auth", "none", 1, "answer.json line 2: is not JSON.")]
    [InlineData("{}", "--auth", "none", 1, "Where is the list of events? Nothing like it was found in the sample.")]
    public async Task Options_are_checked_and_a_failure_writes_nothing(string answer, string option, string value, int code, string message)
    {
        using var run = CliRun.Offline();
        run.Write("answer.json", answer);
        List<string> arguments = ["templates", "new", "answer.json", "--yes"];
        foreach (var (name, usual) in (ReadOnlySpan<(string, string)>)[("--name", "acme-audit"), ("--url", "https://api.acme.example/v1/audit")])
        {
            arguments.AddRange(name == option ? [] : [name, usual]);
        }

        var result = await run.RunAsync([.. arguments, option, value]);
        Assert.True(code == result.ExitCode, result.Error);
        Assert.Contains(message, result.Output + result.Error, StringComparison.Ordinal);
        Assert.Equal(code == 0 ? 3 : 1, Directory.GetFiles(run.Folder).Length);
    }

    [Fact]
    public async Task A_person_is_asked_is_shown_what_was_found_and_may_answer_wrongly()
    {
        using var run = CliRun.Offline();
        run.Write("answer.json", Cursor);
        var typed = await run.TypeAsync(["nope", "", "none", "seen", "  meta.next_cursor  "], "templates", "new", "answer.json", "--name", "acme-audit", "--url", Url);
        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.StartsWith("acme-audit.yaml: 2 events at data, id none, time seen, next page meta.next_cursor\n", typed.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "Where is the list of events? Found: data, meta.tags [data]:   'nope' is none of what was found: data, meta.tags.\n" +
            "Where is the list of events? Found: data, meta.tags [data]: Where is an event's id? Found: id, none [id]: " +
            "Where is an event's time? Found: created_at, seen [created_at]: What names the next page? Found: meta.next_cursor, none [meta.next_cursor]: ",
            typed.Error.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        await run.DoneAsync("templates", "test", "acme-audit.contract.yaml");
    }

    [Fact]
    public async Task An_input_that_ends_takes_what_is_likeliest_and_what_an_option_says_is_not_asked()
    {
        using var run = CliRun.Offline();
        run.Write("answer.json", Cursor);
        var typed = await run.TypeAsync(["meta.tags"], "templates", "new", "answer.json", "--name", "acme-audit", "--url", Url, "--events", "data", "--next", "none");
        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Contains("'meta.tags' is none of what was found: ", typed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Where is the list of events?", typed.Error, StringComparison.Ordinal);
        Assert.StartsWith("acme-audit.yaml: 2 events at data, id id, time created_at, next page none\n", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_stays()
    {
        using var run = CliRun.Offline();
        run.Write("answer.json", Cursor);
        run.Write("acme.yaml", "mine");
        var result = await run.RunAsync("templates", "new", "answer.json", "--name", "acme", "--url", "https://api.acme.example/x", "--yes");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The file 'acme.yaml' exists already; nothing was written.", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(run.Folder, "acme.yaml")));
    }
}
