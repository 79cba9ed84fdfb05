using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>A link to the next page that leads to another host: followed, with the credentials, where the template declares it, and nowhere else.</summary>
public sealed class NextHostTests
{
    [Fact]
    public async Task A_declared_host_gets_the_next_request_with_the_credentials()
    {
        await using var shard = await ScriptedServer.StartAsync(_ => new(200, """{"data":[{"at":"2026-01-31T09:20:00Z"}],"next":null}"""));
        await using var home = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[{"at":"2026-01-31T09:10:00Z"}],"next":"{{shard.BaseUrl}}/x?page=2"}"""));
        await using var pull = new Pull();
        pull.SetSecret("TOKEN", "t1");
        var source = Define(home, $"hosts: ['{new Uri(shard.BaseUrl).Authority}']");
        var first = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        Assert.Equal($"{shard.BaseUrl}/x?page=2", first.End.Cursor);
        Assert.True(Assert.IsType<PageResult.Page>(await pull.AskAsync(source, first.End.Cursor)).End.IsLast);
        Assert.Equal("Bearer t1", Assert.Single(shard.Requests).Header("Authorization"));
        Assert.Contains(new Uri(shard.BaseUrl).Authority, SourceHosts.Of(source));
    }

    [Theory]
    [InlineData("hosts: ['*.acme.example']", "https://shard.acme.example.evil.example/x", "leads away from")]
    [InlineData("hosts: ['*.acme.example']", "http://shard.acme.example/x", "leads away from")]
    [InlineData("hosts: ['*.acme.example']", "https://user:pass@shard.acme.example/x", "leads away from")]
    [InlineData("hosts: ['*.acme.example']", "/x?page=2", "names no host, and the template's 'paging.hosts' allows several")]
    [InlineData("", "https://shard.acme.example/x", "leads away from")]
    public async Task No_other_host_is_asked(string hosts, string link, string expected)
    {
        await using var home = await ScriptedServer.StartAsync(_ => new(500, ""));
        await using var pull = new Pull();
        pull.SetSecret("TOKEN", "t1");
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(Define(home, hosts), link));
        Assert.Contains(expected, refused.Reason, StringComparison.Ordinal);
        Assert.Empty(home.Requests);
    }

    [Theory]
    [InlineData("paging: { kind: next-url, path: next, hosts: ['https://a.example'] }", "paging.hosts (line 3): 'https://a.example' is no host;")]
    [InlineData("paging: { kind: cursor, path: next, hosts: [a.example] }", "paging.hosts (line 3): is for links to the next page; allowed with the kinds link-header and next-url.")]
    [InlineData("expand: { request: { path: '/i/{item.id}' }, paging: { kind: next-url, path: next, hosts: [a.example] } }", "expand.paging.hosts: is for the pages of a list")]
    public void A_host_that_is_none_or_not_for_links_is_refused(string paging, string expected) =>
        Assert.Contains(Pull.ProblemsOf(("definition", $"baseUrl: https://a.example\ntime: at\n{paging}")), problem => problem.StartsWith(expected, StringComparison.Ordinal));

    private static SourceDefinition Define(ScriptedServer home, string hosts) => Pull.Define(
        ("definition", $$"""
            parameters: { token: { description: Token., secret: true } }
            baseUrl: {{home.BaseUrl}}
            auth: { scheme: bearer, token: "{token}" }
            request: { path: /x }
            paging: { kind: next-url, path: next{{(hosts.Length > 0 ? ", " + hosts : "")}} }
            events: { path: data }
            time: at
            """),
        ("token", "secret:token"));
}
