using System.Globalization;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Rows as nobody should write them: each is refused with what is wrong, or is harmless, and takes no good row down.</summary>
public sealed class HostileRowTests
{
    private static readonly TemplateCatalog Catalog = new();
    private static readonly DefinitionReader Reader = new(Catalog);

    private static readonly string[] Values =
    [
        "", " ", "\0", "\r\n", "a\r\nX-Injected: 1", "{{", "}}", "{", "}", "{}", "{token}", "{cursor}", "{from:unix-ms}", "{no-such}", "${HOME}", "${{ secrets.x }}", "$(id)", "{{7*7}}", "%s%n", "../../..", "a/b\\c#d?e", "\u202e", "\ud800", "\uffff", "😀",
        "true", "TRUE", "-1", "0", "1e400", "NaN", "99999999999999999999999999", "-00:00:01", "10675199.02:48:05.4775807", "PT1H", "P99999D", "0001-01-01", "9999-12-31T23:59:59.9999999Z",
        "secret:", "secret:a b", "secret:" + new string('x', 300), "secret:ok", "http://169.254.169.254/", "https://user:pw@h/", "https://h:99999/", "https://[::1", "file:///etc/passwd", "javascript:x", "https://a.example\r\nHost: b", "//evil", "https://",
        "siem, siem, siem", ",,,", "[1,2", "{a: b", "a: &x b\nc: *x", "a: !!binary x", "<<: *x", "&a [*a]", "? a\n: b", "---\na: 1\n---\nb: 2", "%YAML 9.9\n---\n", "@", "`", "\t- a", "a: |\n  b\n c", "\"\\ud800\"",
    ];

    public static TheoryData<string> Names() => [.. Catalog.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_value_in_any_column_is_read_or_refused_with_its_column(string name) => Law.ForSeeds(400, random =>
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in Good(name))
        {
            columns[column] = value;
        }

        var known = columns.Keys.Concat(["interval", "lag", "overlap", "lookback", "since", "pageSize", "enabled", "baseUrl", "definition", "no-such-column", "__proto__", "odd column\r\n"]).ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var column = known[random.Next(known.Length)];
            if (random.Next(6) == 0)
            {
                columns.Remove(column);
            }
            else
            {
                columns[column] = Value(random);
            }
        }

        var problems = new Problems();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var definition = Reader.Read(new TableRow("acme", columns), problems);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(definition is null, problems.Found.Count > 0);
        Assert.All(problems.Found, problem => Assert.True(problem.ToString().Length > 5, "A problem says nothing."));

        // Three scripts, the most that a template has, are each tried in an engine of 2.6 MB.
        Assert.True(allocated < 12_000_000 + (200L * columns.Values.Sum(value => value.Length)), $"{allocated} bytes for a row.");
    });

    [Fact]
    public void Any_value_in_any_column_of_a_destination_is_read_or_refused() => Law.ForSeeds(1_500, random =>
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in new[] { ("type", random.Next(2) == 0 ? "splunk-hec" : "http"), ("url", "https://siem.example.com"), ("token", "secret:siem") })
        {
            columns[column] = value;
        }

        string[] known = ["type", "url", "token", "auth", "gzip", "index", "sourceType", "maxBodyBytes", "framing", "headers", "nothing"];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            columns[known[random.Next(known.Length)]] = Value(random);
        }

        var problems = new Problems();
        var definition = DestinationCatalog.Read(new TableRow("siem", columns), problems);
        Assert.Equal(definition is null, problems.Found.Count > 0);
    });

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "anchors and tags are not used here")]
    [InlineData("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]", "anchors and tags are not used here")]   // a bomb of aliases
    [InlineData("<<: *base", "aliases are not used here")]
    [InlineData("a: !!python/object x", "anchors and tags are not used here")]
    [InlineData("a: 1\na: 2", "stands twice")]
    [InlineData("a: 1\n---\nb: 2", "more than one document")]
    public void Yaml_that_builds_more_than_it_says_is_refused(string yaml, string reason) =>
        Assert.Contains(reason, string.Join('\n', Pull.ProblemsOf(("template", "http-json"), ("url", "https://a.example"), ("definition", yaml))), StringComparison.Ordinal);

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Yaml_that_is_nested_too_deep_is_refused_at_once(char open, char close)
    {
        var text = new string(open, 16_000) + new string(close, 16_000);
        Assert.NotEmpty(Pull.ProblemsOf(("template", "http-json"), ("url", "https://a.example"), ("definition", text)));
    }

    [Fact]
    public async Task Rows_of_any_type_and_length_take_no_good_row_down()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 50 });
        var table = stage.Harness.Storage.Sources;
        object[] odd = [1L << 40, 2.5, double.NaN, true, new byte[] { 0, 255 }, DateTimeOffset.UnixEpoch, Guid.Empty, 7, new string('x', 32_000), "a\u0001\r\n{{b}}"];
        for (var at = 0; at < odd.Length; at++)
        {
            var row = new TableEntity(RowTable.SourceKey, string.Create(CultureInfo.InvariantCulture, $"odd{at}"));
            foreach (var column in new[] { "template", "domain", "token", "destination", "interval", "definition", "enabled", "since", "pageSize", "other" })
            {
                row[column] = odd[at];
            }

            await table.UpsertEntityAsync(row);
        }

        foreach (var name in new[] { "UPPER", "with space", "x", "empty", new string('n', 200), "é", "_schedule", "a'b", "tick" })
        {
            await table.UpsertEntityAsync(new TableEntity(RowTable.SourceKey, name) { ["template"] = name == "empty" ? null : "okta-system-log" });
            await stage.Harness.Storage.Destinations.UpsertEntityAsync(new TableEntity(RowTable.DestinationKey, name) { ["type"] = 5L });
        }

        await stage.Harness.Schedule.TickAsync(CancellationToken.None);
        var rows = await stage.Harness.Get<DefinitionCache>().SourcesAsync(TimeSpan.Zero, CancellationToken.None);
        Assert.All(rows.Values.Where(row => row.Row.Name != Stage.Source), row => Assert.NotEmpty(row.Problems));
        var told = stage.Harness.Log.Of(1002);
        Assert.All(rows.Keys.Where(name => name != Stage.Source), name => Assert.Contains(told, line => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(told, line => Assert.True(line.Length < 8_000, $"A message of {line.Length} characters."));

        var message = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));
        await stage.Harness.Fetch.HandleAsync(message, CancellationToken.None);
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Line_breaks_in_a_secret_smuggle_no_header_in()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        await using var pull = new Pull();
        pull.SetSecret("token", "good\r\nX-Injected: 1");
        var source = Pull.Define(("template", "http-json"), ("url", vendor.BaseUrl + "/x"), ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "none"));
        (await pull.AskAsync(source) as PageResult.Page)?.Content.Dispose();
        Assert.Equal((null, ""), (Assert.Single(vendor.Requests).Header("X-Injected"), vendor.Requests[0].Header("Authorization") ?? ""));
    }

    private static IEnumerable<(string, string)> Good(string name) =>
    [
        ("template", name), ("destination", "siem"),
        .. Catalog.Find(name)!.Parameters.Where(parameter => parameter.Required).Select(parameter => (parameter.Name, parameter.Secret ? "secret:any" : parameter.Example ?? "x")),
    ];

    private static string Value(Random random)
    {
        var value = Values[random.Next(Values.Length)];
        return random.Next(12) switch
        {
            0 => string.Concat(Enumerable.Repeat(value, 1 + (random.Next(32_000) / Math.Max(1, value.Length)))),
            1 => new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(0x250))]),
            2 => Encoding.Latin1.GetString(Mutation.Of("{ request: { path: /x, query: { a: '{from}', c: '{cursor}' } }, events: { path: data }, id: id, time: at, paging: { kind: cursor, path: next } }"u8.ToArray(), random)),
            _ => value,
        };
    }
}
