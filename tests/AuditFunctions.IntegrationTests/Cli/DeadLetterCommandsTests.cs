using System.Text;
using System.Text.Json;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn dead-letters …</c></summary>
public sealed class DeadLetterCommandsTests
{
    private static readonly DateTimeOffset GivenUpAt = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Letters_are_listed_and_filtered()
    {
        using var run = await WithLettersAsync();
        Assert.Equal(["okta-1", "git-1", "okta-2", "junk"], await IdsAsync(run));
        Assert.Equal(["okta-1", "okta-2"], await IdsAsync(run, "--source", "okta-prod"));
        Assert.Equal(["git-1"], await IdsAsync(run, "--destination", "web"));
        Assert.Equal(["okta-1"], await IdsAsync(run, "--day", "2026-01-30"));
        Assert.Equal(["okta-1"], await IdsAsync(run, "--day", "20260130"));
        Assert.Equal(["git-1", "junk"], await IdsAsync(run, "--since", "2026-01-31T12:00"));
        Assert.Equal(["okta-1", "okta-2"], await IdsAsync(run, "--until", "2026-01-31T12:00:00Z"));
        Assert.Equal(["okta-2"], await IdsAsync(run, "--reason", "CODE 13"));
        Assert.Equal(["git-1"], await IdsAsync(run, "--id", "git-1"));
        Assert.Equal(["git-1"], await IdsAsync(run, "--id", "20260131/github/web/git-1"));
        Assert.Empty(await IdsAsync(run, "--source", "okta-prod", "--destination", "web"));

        var table = await run.DoneAsync("dead-letters", "list");
        Assert.Contains("okta-1", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(table.Output, c => char.IsControl(c) && c != '\n');
        Assert.Equal("4 dead letters with 4 events.\n", table.Error);
        Assert.Equal(2, (await run.RunAsync("dead-letters", "list", "--day", "yesterday")).ExitCode);
        Assert.Equal(2, (await run.RunAsync("dead-letters", "list", "--since", "soon")).ExitCode);
    }

    [Fact]
    public async Task Many_letters_are_counted_by_reason()
    {
        using var run = await WithLettersAsync();
        var some = await run.DoneAsync("dead-letters", "list", "--limit", "1");
        Assert.Equal("4 dead letters with 4 events; the first 1 are listed, --limit 0 lists all.\n", some.Error);
        Assert.Contains("okta-1", some.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("git-1", some.Output, StringComparison.Ordinal);
        Assert.Contains("code 13", some.Output, StringComparison.Ordinal);
        var all = await run.DoneAsync("dead-letters", "list", "--limit", "0");
        Assert.Equal("4 dead letters with 4 events.\n", all.Error);
        Assert.Equal(4, (await IdsAsync(run, "--limit", "1")).Length);
        Assert.Equal(2, (await run.RunAsync("dead-letters", "list", "--limit", "-1")).ExitCode);
    }

    [Fact]
    public async Task A_letter_is_shown_with_its_events_and_nothing_that_steers_a_terminal()
    {
        using var run = await WithLettersAsync();
        var text = (await run.DoneAsync("dead-letters", "show", "okta-1")).Output;
        Assert.Contains("dead letter '20260130/okta-prod/splunk/okta-1'", text, StringComparison.Ordinal);
        Assert.Contains("HTTP 400, code 6", text, StringComparison.Ordinal);
        Assert.Contains("{\"id\":\"1\",\n \"x\":\"\\u009B31m\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        var json = (await run.DoneAsync("dead-letters", "show", "okta-1", "--json")).Json;
        Assert.Equal("{\"id\":\"1\",\r\n \"x\":\"\u009b31m\"}", json.GetProperty("events")[0].GetProperty("event").GetString());
        Assert.Equal("HTTP 400, code 6: \u001b[2J", json.GetProperty("note").GetProperty("reason").GetString());
        Assert.Contains("not \\u0007ours", (await run.DoneAsync("dead-letters", "show", "junk")).Output, StringComparison.Ordinal);
        Assert.Equal("not \u0007ours", (await run.DoneAsync("dead-letters", "show", "junk", "--json")).Json.GetProperty("text").GetString());
        var missing = await run.RunAsync("dead-letters", "show", "none");
        Assert.Equal((1, "There is no dead letter 'none'; 'auditfn dead-letters list' shows which there are.\n"), (missing.ExitCode, missing.Error));
    }

    [Fact]
    public async Task Lines_of_json_hold_the_events_own_bytes()
    {
        using var run = await WithLettersAsync();
        await run.DoneAsync("dead-letters", "export", "--out", "all.jsonl");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(run.Folder, "all.jsonl"));
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.EndsWith(",\"event\":{\"id\":\"1\",   \"x\":\"\u009b31m\"}}", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",\"event\":{\"n\":12345678901234567890.10e+2, \"é\":\"\\u00e9\"}}", lines[3], StringComparison.Ordinal);
        using var second = JsonDocument.Parse(lines[3]);
        Assert.Equal("okta-prod splunk 400 2", $"{second.RootElement.GetProperty("source")} {second.RootElement.GetProperty("destination")} {second.RootElement.GetProperty("statusCode")} {second.RootElement.GetProperty("eventId")}");
        Assert.Equal("not \u0007ours", JsonDocument.Parse(lines[4]).RootElement.GetProperty("text").GetString());

        var again = await run.RunAsync("dead-letters", "export", "--out", "all.jsonl");
        Assert.Equal((1, true), (again.ExitCode, again.Error.Contains("exists already", StringComparison.Ordinal)));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(run.Folder, "all.jsonl")));
        Assert.Equal(lines[3] + "\n", (await run.DoneAsync("dead-letters", "export", "--id", "okta-2")).Output);
    }

    [Fact]
    public async Task Comma_separated_values_are_quoted_and_start_no_formula()
    {
        using var run = await WithLettersAsync();
        var text = (await run.DoneAsync("dead-letters", "export", "--format", "csv", "--source", "okta-prod")).Output;
        var rows = Rows(text);
        Assert.Equal(["name", "event"], [rows[0][0], rows[0][^1]]);
        Assert.Equal(4, rows.Count);
        Assert.All(rows, row => Assert.Equal(16, row.Count));
        Assert.Equal("{\"id\":\"1\",\r\n \"x\":\"\\u009B31m\"}", rows[1][^1]);
        // In many languages a spreadsheet begins a cell behind a semicolon or tab, whatever the quotes say.
        Assert.Equal("'=HYPERLINK(\"http://evil\");'=1+1\t \"'@x\n'-2;x=1; '|y", rows[1][rows[0].IndexOf("answer")]);
        Assert.Equal("'-5", rows[2][^1]);
        Assert.DoesNotContain(rows.Skip(1).SelectMany(row => row), cell => cell is ['=' or '+' or '-' or '@', ..]);
    }

    [Fact]
    public async Task Discard_asks_first_and_removes_what_matches_only()
    {
        using var run = await WithLettersAsync();
        var asked = await run.RunAsync("dead-letters", "discard", "--source", "okta-prod");
        Assert.Equal((1, "2 dead letters would be removed for good; nothing was. Add --yes to remove them.\n"), (asked.ExitCode, asked.Error));
        Assert.Equal(4, (await IdsAsync(run)).Length);
        Assert.Equal("2 dead letters removed.\n", (await run.DoneAsync("dead-letters", "discard", "--source", "okta-prod", "--yes")).Output);
        Assert.Equal(["git-1", "junk"], await IdsAsync(run));
    }

    [Fact]
    public async Task Retry_delivers_what_can_be_sent_and_says_why_not_of_the_rest()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await WithLettersAsync();
        run.Write("rows.yaml", $"destinations:\n  - name: splunk\n    type: splunk-hec\n    url: {siem.BaseUrl}\n    token: secret:siem\n");
        await run.DoneAsync("apply", "rows.yaml");

        // One after another: a copy that meets the other in delivery would wait until that one's claim has ended.
        run.Set("Host:ShipConcurrency", "1");
        var result = await run.RunAsync("dead-letters", "retry");
        Assert.Equal((1, "2 dead letters sent again; 'auditfn run' or the function app delivers them.\n"), (result.ExitCode, result.Output));
        Assert.Contains("junk: not sent: it is a page or message that was kept whole", result.Error, StringComparison.Ordinal);
        Assert.Contains("'web' is not defined", result.Error, StringComparison.Ordinal);
        Assert.Contains("0, on its way", (await run.DoneAsync("dead-letters", "list")).Output, StringComparison.Ordinal);
        await run.DoneAsync("dead-letters", "retry", "--source", "okta-prod", "--json");
        await run.DoneAsync("run", "--until-idle");
        Assert.Equal((3, 0L), (siem.Received, siem.Duplicates));
        Assert.Equal(["git-1", "junk"], await IdsAsync(run));
        Assert.Equal("There are no such dead letters.\n", (await run.DoneAsync("dead-letters", "retry", "--source", "okta-prod")).Output);
    }

    [Fact]
    public async Task Without_any_storage_yet_there_are_none()
    {
        using var run = await CliRun.OnStorageAsync();
        Assert.Equal("There are no such dead letters.\n", (await run.DoneAsync("dead-letters", "list")).Error);
        Assert.Equal(0, (await run.DoneAsync("dead-letters", "list", "--json")).Json.GetProperty("deadLetters").GetArrayLength());
    }

    private static async Task<string[]> IdsAsync(CliRun run, params string[] filter)
    {
        var json = (await run.DoneAsync(["dead-letters", "list", "--json", .. filter])).Json;
        return [.. json.GetProperty("deadLetters").EnumerateArray().Select(letter => letter.GetProperty("id").GetString()!)];
    }

    private static async Task<CliRun> WithLettersAsync()
    {
        var run = await CliRun.OnStorageAsync();
        await run.Storage.CreateMissingAsync(CliRun.Patience);
        var store = new DeadLetterStore(run.Storage);
        await WriteAsync(store, "20260130/okta-prod/splunk/okta-1", 0, "HTTP 400, code 6: \u001b[2J", "splunk-hec/1", "{\"fields\":{\"event_id\":\"1\"},\"event\":{\"id\":\"1\",\r\n \"x\":\"\u009b31m\"}}\n{\"event\":-5}\n", "=HYPERLINK(\"http://evil\");=1+1\t \"@x\n-2;x=1; |y");
        await WriteAsync(store, "20260131/okta-prod/splunk/okta-2", 1, "HTTP 400, code 13", "splunk-hec/1", "{\"fields\":{\"event_id\":\"2\"},\"event\":{\"n\":12345678901234567890.10e+2, \"é\":\"\\u00e9\"}}\n");
        await WriteAsync(store, "20260131/github/web/git-1", 3, "HTTP 422", "http-array/1", "[{\"id\":\"3\"}]");
        var note = new DeadLetterNote { SchemaVersion = 1, Reason = "it is no ship message", GivenUpAt = GivenUpAt.AddHours(4) };
        await store.WriteAsync("20260131/unreadable/ship/junk", Encoding.UTF8.GetBytes("not \u0007ours"), false, note, CliRun.Patience);
        return run;
    }

    private static Task<bool> WriteAsync(DeadLetterStore store, string name, int hours, string reason, string format, string body, string? answer = null)
    {
        var parts = name.Split('/');
        var note = new DeadLetterNote
        {
            SchemaVersion = 1,
            Source = parts[1],
            Partition = "default",
            Destination = parts[2],
            BatchId = "b",
            Format = format,
            Events = hours == 0 ? 2 : 1,
            Reason = reason,
            StatusCode = 400,
            Answer = answer,
            GivenUpAt = GivenUpAt.AddHours(hours),
        };
        return store.WriteAsync(name, Encoding.UTF8.GetBytes(body), compressed: false, note, CliRun.Patience);
    }

    // A reader of RFC 4180.
    private static List<List<string>> Rows(string text)
    {
        var rows = new List<List<string>> { new() };
        for (var at = 0; at < text.Length;)
        {
            var cell = new StringBuilder();
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || text[at + 1] == '"'; at++)
                {
                    at += text[at] == '"' ? 1 : 0;
                    cell.Append(text[at]);
                }

                at++;
            }
            else
            {
                for (; text[at] is not (',' or '\r'); at++)
                {
                    cell.Append(text[at]);
                }
            }

            rows[^1].Add(cell.ToString());
            if (text[at] == ',')
            {
                at++;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(at, 2));
            at += 2;
            if (at < text.Length)
            {
                rows.Add([]);
            }
        }

        return rows;
    }
}
