using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Recovery;

namespace AuditFunctions.Tests.Cli;

/// <summary>Templates of an installation's own: added without a rebuild, used as shipped ones are.</summary>
public sealed class OwnTemplateTests
{
    private static readonly string Okta = File.ReadAllText(Path.Combine(DocsPage.Root, "templates/okta-system-log.yaml"));

    [Fact]
    public async Task A_template_of_ones_own_serves_sources_until_none_names_it()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", RowsOf("acme-audit", vendor, siem));
        run.Write("acme.yaml", Named("acme-audit"));
        Assert.Contains("template: 'acme-audit' is unknown", (await run.RunAsync("apply", "rows.yaml")).Error, StringComparison.Ordinal);

        Assert.Equal("template 'acme-audit': added\n", (await run.DoneAsync("templates", "add", "acme.yaml")).Output);
        await run.DoneAsync("apply", "rows.yaml");
        await run.DoneAsync("run", "--until-idle");

        Assert.Equal((50, 0L), (siem.Received, siem.Duplicates));
        var own = (await run.DoneAsync("templates", "list", "--own", "--json")).Json.GetProperty("templates");
        Assert.Equal("acme-audit", Assert.Single(own.EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("    template: acme-audit\n", (await run.DoneAsync("templates", "show", "acme-audit", "--own")).Output, StringComparison.Ordinal);
        Assert.Contains("token: secret:vendor", (await run.DoneAsync("export")).Output, StringComparison.Ordinal);

        var refused = await run.RunAsync("templates", "remove", "acme-audit");
        Assert.Equal((1, "The template 'acme-audit' is used by 'okta-prod'. Change or remove these sources first.\n"), (refused.ExitCode, refused.Error));
        await run.DoneAsync("sources", "remove", "okta-prod");
        Assert.Equal("template 'acme-audit': removed\n", (await run.DoneAsync("templates", "remove", "acme-audit")).Output);
        Assert.Contains("has no template 'acme-audit' of its own", (await run.RunAsync("templates", "remove", "acme-audit")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_and_its_source_stand_in_one_file_and_come_back_from_a_backup()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", $"{RowsOf("acme-audit", vendor, siem)}\ntemplates:\n  - {Named("acme-audit").ReplaceLineEndings("\n    ")}");
        Assert.Equal("Valid: 1 source, 1 destination, 1 template.\n", (await run.DoneAsync("validate", "rows.yaml")).Output);
        await run.DoneAsync("apply", "rows.yaml");
        await run.DoneAsync("run", "--until-idle");
        await run.DoneAsync("export", "--out", "backup.yaml");
        await run.DoneAsync("export", "--json", "--out", "backup.json");

        await Lost.TablesAsync(run.Storage, run.Storage.Sources, run.Storage.Destinations, run.Storage.Templates);
        Assert.Equal(
            "template 'acme-audit': added\ndestination 'splunk': added\nsource 'okta-prod': added\n",
            (await run.DoneAsync("apply", "backup.yaml")).Output);
        foreach (var file in new[] { "rows.yaml", "backup.yaml", "backup.json" })
        {
            Assert.Equal(
                "template 'acme-audit': unchanged\ndestination 'splunk': unchanged\nsource 'okta-prod': unchanged\n",
                (await run.DoneAsync("apply", file)).Output);
        }

        vendor.Publish(30);
        await run.DoneAsync("run", "--until-idle");
        Assert.Equal((80, 0L), (siem.Received, siem.Duplicates));
    }

    [Theory]
    [InlineData("order: ascending", "order: upwards", "template 'acme-audit': order: is 'upwards'; allowed: ")]
    [InlineData("path: /api/v1/logs", "path: /api/{nothing}/logs", "nothing")]
    [InlineData("name: acme-audit", "name: Acme Audit", "template 'Acme Audit': name: 'Acme Audit' is no name of a template")]
    [InlineData("name: acme-audit", "title2: x", "holds a row without a name")]
    [InlineData("example: acme.okta.com", "example: https://acme.okta.com/", "parameters.domain.example")]
    public async Task A_wrong_template_is_refused_with_its_line_and_nothing_is_written(string right, string wrong, string message)
    {
        using var run = await CliRun.OnStorageAsync();
        var text = Named("acme-audit");
        Assert.Contains(right, text, StringComparison.Ordinal);
        run.Write("acme.yaml", text.Replace(right, wrong, StringComparison.Ordinal));

        var result = await run.RunAsync("templates", "add", "acme.yaml");

        Assert.Equal(1, result.ExitCode);
        var line = text[..text.IndexOf(right, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Assert.StartsWith(right.StartsWith("order", StringComparison.Ordinal) ? $"acme.yaml line {line}: " : "acme.yaml", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was written.\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await run.DoneAsync("templates", "list", "--own", "--json")).Json.GetProperty("templates").GetArrayLength());
    }

    [Fact]
    public async Task A_change_that_would_stop_a_source_is_refused()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions(), CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("acme.yaml", Named("acme-audit"));
        run.Write("rows.yaml", RowsOf("acme-audit", vendor, siem));
        await run.DoneAsync("templates", "add", "acme.yaml");
        await run.DoneAsync("apply", "rows.yaml");

        run.Write("acme.yaml", Named("acme-audit").Replace("  filter:\n", "  region:\n    description: Where.\n    example: eu\n  filter:\n", StringComparison.Ordinal));
        var result = await run.RunAsync("templates", "add", "acme.yaml");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("would stop source 'okta-prod': region: is missing", result.Error, StringComparison.Ordinal);
        await run.DoneAsync("run", "--until-idle");
    }

    [Fact]
    public async Task A_template_of_a_shipped_ones_name_stands_before_it_and_a_wrong_one_stops_only_who_names_it()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("okta.yaml", Named("okta-system-log").Replace("path: /api/v1/logs", "path: /nowhere", StringComparison.Ordinal));
        run.Write("acme.yaml", Named("acme-audit"));
        run.Write("rows.yaml", RowsOf("okta-system-log", vendor, siem));
        run.Write("acme-rows.yaml", RowsOf("acme-audit", vendor, siem).Replace("okta-prod", "acme-prod", StringComparison.Ordinal));
        await run.DoneAsync("templates", "add", "okta.yaml", "acme.yaml");
        await run.DoneAsync("apply", "rows.yaml");
        Assert.Contains("/nowhere", (await run.DoneAsync("sources", "show", "okta-prod", "--json")).Output, StringComparison.Ordinal);

        // As somebody may type it in a portal.
        var columns = TableRow.NewColumns();
        columns[SourceColumns.Definition] = "request: [";
        await RowTable.OfTemplates(run.Storage).WriteAsync([new("okta-system-log", columns)], CliRun.Patience);
        await run.DoneAsync("apply", "acme-rows.yaml");
        await run.RunAsync("run", "--until-idle");

        Assert.Equal((50, 0L), (siem.Received, siem.Duplicates));
        var shown = await run.DoneAsync("sources", "show", "okta-prod");
        Assert.Contains("names the template 'okta-system-log' of this installation, which is wrong", shown.Error, StringComparison.Ordinal);
        await run.DoneAsync("templates", "list", "--own");
    }

    private static string Named(string name) => Okta.Replace("name: okta-system-log", $"name: {name}", StringComparison.Ordinal);

    private static string RowsOf(string template, SandboxVendor vendor, SandboxSiem siem) =>
        SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl).Replace("template: okta-system-log", $"template: {template}", StringComparison.Ordinal);
}
