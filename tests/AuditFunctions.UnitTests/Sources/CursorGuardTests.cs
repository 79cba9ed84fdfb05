using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Cursors are stored in a table: no credential may stand in one.</summary>
public sealed class CursorGuardTests
{
    [Fact]
    public async Task A_key_that_the_next_link_repeats_is_taken_out_of_it_and_sent_once_with_the_next_request()
    {
        await using var server = await ScriptedServer.StartAsync(seen =>
            seen.PathAndQuery.Contains("page=2", StringComparison.Ordinal)
                ? new ScriptedServer.Reply(200, """[{"id":"2","time":"2026-01-01T00:00:02Z"}]""")
                : new ScriptedServer.Reply(200, """[{"id":"1","time":"2026-01-01T00:00:01Z"}]""", ("Link", $"<http://{seen.Header("Host")}/?api%5fkey=sandbox-token&page=2>; rel=\"next\"")));
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", "http-json"), ("url", server.BaseUrl), ("auth", "query"), ("authName", "api_key"), ("apiKey", "secret:token"), ("id", "id"), ("time", "time"), ("paging", "link-header"));

        var page = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        using (page.Content)
        {
            Assert.DoesNotContain("sandbox-token", page.End.Cursor, StringComparison.Ordinal);
        }

        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(["1", "2"], ids);
        Assert.Equal("/?page=2&api_key=sandbox-token", server.Requests[^1].PathAndQuery);
    }

    [Theory]
    [InlineData("sandbox-token")]
    [InlineData("sandbox%2Dtoken")]
    public async Task A_cursor_that_repeats_a_secret_elsewhere_is_refused_and_not_shown(string repeated)
    {
        await using var server = await ScriptedServer.StartAsync(_ =>
            new ScriptedServer.Reply(200, $$"""{"data":[{"id":"1","time":"2026-01-01T00:00:01Z"}],"next":"c-{{repeated}}"}"""));
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", "http-json"), ("url", server.BaseUrl), ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "cursor"), ("next", "next"), ("query", "c={cursor}"));

        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source));

        Assert.Contains("repeats a secret", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(repeated, refused.Reason, StringComparison.Ordinal);
    }
}
