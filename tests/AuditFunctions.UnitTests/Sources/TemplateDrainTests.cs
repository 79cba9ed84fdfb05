using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Sources;

/// <summary>The shipped vendor templates, each drained from a vendor of that shape.</summary>
public sealed class TemplateDrainTests
{
    [Theory]
    [InlineData(EmptyPageNextLink.Cursor, false)]     // the next link moves even when nothing is new
    [InlineData(EmptyPageNextLink.SameAsSelf, false)] // the next link is the page's own
    [InlineData(EmptyPageNextLink.SameAsSelf, true)]  // both links in one header
    [InlineData(EmptyPageNextLink.Absent, false)]     // no next link at all
    public async Task Okta_is_drained_although_its_next_link_never_ends_and_goes_on_from_where_it_stopped(EmptyPageNextLink empty, bool joined)
    {
        var options = new SandboxVendorOptions { Events = 2500, TieLength = 40, LateShare = 0.05, OktaEmptyPage = empty, OktaJoinsLinks = joined };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        await using var pull = new Pull();
        var source = Pull.Define(("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:token"), ("baseUrl", vendor.BaseUrl.ToString()));
        var (ids, cursor) = await pull.DrainAsync(source, "uuid");
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal(4, pull.Pages);

        Assert.Empty((await pull.DrainAsync(source, "uuid", cursor)).Ids);
        vendor.Publish(3);
        var (late, _) = await pull.DrainAsync(source, "uuid", cursor);
        Assert.Equal(vendor.OfferedIds.Except(ids).Order(), late.Order());
        Assert.Equal(3, late.Count);
    }

    [Fact]
    public async Task Okta_polls_an_empty_log_with_one_request()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 0, OktaEmptyPage = EmptyPageNextLink.SameAsSelf }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Pull.Define(("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:token"), ("baseUrl", vendor.BaseUrl.ToString()));
        Assert.Empty((await pull.DrainAsync(source)).Ids);
        var call = Assert.Single(vendor.RecentRequests);
        Assert.Equal(("/api/v1/logs?since=2026-01-01T00%3A00%3A00.000Z&sortOrder=ASCENDING&limit=1000", "SSWS sandbox-token"), (call.PathAndQuery, call.Authorization));
    }

    [Theory]
    [InlineData("github-organization-audit", "org", "/orgs/acme/audit-log")]
    [InlineData("github-enterprise-audit", "enterprise", "/enterprises/acme/audit-log")]
    public async Task GitHub_is_drained_through_its_search_phrase(string template, string parameter, string path)
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 250, TieLength = 30 }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Pull.Define(("template", template), (parameter, "acme"), ("token", "secret:token"), ("include", "all"), ("baseUrl", vendor.BaseUrl.ToString()));
        var (ids, _) = await pull.DrainAsync(source, "_document_id");
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal(3, vendor.Requests);
        Assert.StartsWith(
            $"{path}?phrase=created%3A%3E%3D2026-01-01T00%3A00%3A00Z%20created%3A%3C%3D2026-02-01T00%3A00%3A00Z%20&include=all&order=asc&per_page=100",
            vendor.RecentRequests[0].PathAndQuery,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Salesforce_is_drained_with_a_token_that_is_asked_for_once()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 4500, TieLength = 30 }, CancellationToken.None);
        await using var pull = new Pull();
        pull.SetSecret("client", "sandbox-client");
        var source = Pull.Define(
            ("template", "salesforce-setup-audit-trail"), ("domain", "acme.my.salesforce.com"), ("clientId", "secret:client"), ("clientSecret", "secret:token"),
            ("baseUrl", vendor.BaseUrl.ToString()));
        var (ids, _) = await pull.DrainAsync(source, "Id");
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal((3, 1), (pull.Pages, vendor.Credentials.AccessTokensIssued));

        vendor.Credentials.RevokeAccessTokens();
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal(2, vendor.Credentials.AccessTokensIssued);
    }
}
