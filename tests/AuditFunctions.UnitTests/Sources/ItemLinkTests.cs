using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>The answer for an item is a link to its events, which is followed within the declared hosts and without credentials.</summary>
#pragma warning disable CA1001 // xunit ends it with DisposeAsync.
public sealed class ItemLinkTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Text = "link: { format: text }";
    private const string Json = "link: { path: data.url }";

    private readonly Pull _pull = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _pull.DisposeAsync().AsTask();

    [Theory]
    [InlineData(Text, "HOST/f?sig=a%2Fb")]
    [InlineData(Text, " HOST/f?sig=a%2Fb\r\n")]
    [InlineData(Text, "\"HOST/f?sig=a%2Fb\"")]
    [InlineData(Json, """{"data":{"url":"HOST/f?sig=a%2Fb"},"took":1}""")]
    public async Task It_is_followed_without_credentials(string link, string answer)
    {
        await using var files = await ScriptedServer.StartAsync(_ => new(200, """[{"id":"f1","at":"2026-01-01T00:00:00Z"}]"""));
        await using var vendor = await VendorAsync(answer.Replace("HOST", files.BaseUrl, StringComparison.Ordinal));
        var page = Assert.IsType<PageResult.Page>(await AskAsync(Define(vendor, link, new Uri(files.BaseUrl).Authority)));
        using (page.Content)
        {
            Assert.Equal(["""{"file":"x","id":"f1","at":"2026-01-01T00:00:00Z"}"""], Pull.Events(page));
        }

        Assert.All(vendor.Requests, request => Assert.Equal("Bearer sandbox-token", request.Header("Authorization")));
        var asked = Assert.Single(files.Requests);
        Assert.Equal(("/f?sig=a%2Fb", null), (asked.PathAndQuery, asked.Header("Authorization")));
    }

    [Theory]
    [InlineData(Text, 200, "", "Failed 0: item 1 of 1 of a page of the list: the answer holds no link to its events; check 'expand.link' in the definition")]
    [InlineData(Text, 200, "https://a.example/1\nhttps://a.example/2", "Failed 0: item 1 of 1 of a page of the list: the answer holds no link")]
    [InlineData(Text, 200, "not found, sorry: x y", "Failed 0: item 1 of 1 of a page of the list: ")]
    [InlineData(Text, 200, "https://evil.example/x?token=s3cret", "Refused 0: item 1 of 1 of a page of the list: the item's link leads to evil.example, which the template does not declare")]
    [InlineData(Text, 200, "http://169.254.169.254/x", "Refused 0: item 1 of 1 of a page of the list: the item's link is not an https:// address")]
    [InlineData(Json, 200, """{"data":{"link":"https://files.example/x"}}""", "Failed 0: item 1 of 1 of a page of the list: the answer holds no link")]
    [InlineData(Json, 200, """{"data":{"url":17}}""", "Failed 0: item 1 of 1 of a page of the list: the answer holds no link")]
    [InlineData(Json, 200, """["https://files.example/x"]""", "Failed 200: item 1 of 1 of a page of the list: ")]
    [InlineData(Json, 200, "no json with s3cret", "Failed 200: item 1 of 1 of a page of the list: ")]
    [InlineData(Text, 503, "", "Failed 503")]
    [InlineData(Text, 429, "", "Throttled 429")]
    public async Task An_answer_without_one_and_one_that_leads_elsewhere_fail(string link, int status, string answer, string expected)
    {
        await using var vendor = await VendorAsync(answer, status);
        var result = await AskAsync(Define(vendor, link, "files.example"));
        Assert.StartsWith(expected, Pull.Tell(result), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Pull.Tell(result), StringComparison.Ordinal);
        Assert.Null((result as PageResult.Failed)?.Broken);
    }

    [Theory]
    [InlineData("link: {}", "expand.link.path: is missing")]
    [InlineData("link: { path: 'a[' }", "expand.link.path (line 4): ")]
    [InlineData("link: { format: text, path: a }", "expand.link.path (line 4): stands beside 'format: text'")]
    [InlineData("link: { format: text }, paging: { kind: page, stop: empty-page }", "expand.paging (line 4): cannot stand beside 'expand.link'")]
    [InlineData("link: { format: yaml }", "expand.link.format (line 4): is 'yaml'")]
    public void What_cannot_be_meant_is_refused(string link, string expected) =>
        Assert.Contains(
            Pull.ProblemsOf([("baseUrl", "https://a.example"), ("definition", Yaml(link, "files.example")), ("token", "secret:token")]),
            problem => problem.StartsWith(expected, StringComparison.Ordinal));

    private static Task<ScriptedServer> VendorAsync(string link, int status = 200) => ScriptedServer.StartAsync(seen =>
        seen.PathAndQuery == "/files" ? new(200, """[{"id":"x"}]""") : seen.PathAndQuery == "/files/x" ? new(status, link) : new(500, ""));

    private static SourceDefinition Define(ScriptedServer vendor, string link, string host) => Pull.DefineYaml(vendor.BaseUrl, Yaml(link, host), ("token", "secret:token"));

    private static string Yaml(string link, string host) => $$"""
        parameters: { token: { description: Token., secret: true } }
        auth: { scheme: bearer, token: "{token}" }
        request: { path: /files }
        expand: { request: { path: '/files/{item.id}' }, add: { file: id }, hosts: ['{{host}}'], {{link}} }
        id: id
        time: at
        """;

    private async Task<PageResult> AskAsync(SourceDefinition source)
    {
        await using var answers = new ExpandedPages(_pull.Client, _pull.Time);
        return await answers.GetPageAsync(source, new PageQuery(Pull.From, Pull.From.AddDays(31), null), CancellationToken.None);
    }
}
