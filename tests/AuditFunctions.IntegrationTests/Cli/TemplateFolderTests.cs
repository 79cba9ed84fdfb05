using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>--templates DIR</c>: a folder of templates for one process.</summary>
public sealed class TemplateFolderTests
{
    private static readonly string Okta = File.ReadAllText(Path.Combine(DocsPage.Root, "templates/okta-system-log.yaml"));

    [Fact]
    public async Task A_folder_serves_a_run_and_a_broken_template_stops_its_own_sources_alone()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", Rows(vendor, siem, "acme-audit"));
        run.Write("more.yaml", Rows(vendor, siem, "broken-audit"));
        Put(run, "acme-audit.yaml", Okta.Replace("name: okta-system-log", "name: acme-audit", StringComparison.Ordinal));
        Put(run, "deep/broken-audit.yaml", Okta.Replace("name: okta-system-log", "name: broken-audit", StringComparison.Ordinal));
        run.Write("added.yaml", File.ReadAllText(Path.Combine(run.Folder, "mine/acme-audit.yaml")).Replace("path: /api/v1/logs", "path: /nowhere", StringComparison.Ordinal));
        run.Write("other.yaml", File.ReadAllText(Path.Combine(run.Folder, "mine/deep/broken-audit.yaml")));
        await run.DoneAsync("templates", "add", "added.yaml", "other.yaml");
        await run.DoneAsync("apply", "rows.yaml");
        await run.DoneAsync("apply", "more.yaml");
        Put(run, "deep/broken-audit.yaml", File.ReadAllText(Path.Combine(run.Folder, "other.yaml")).Replace("order: ascending", "order: upwards", StringComparison.Ordinal));

        var result = await run.RunAsync("run", "--until-idle", "--templates", "mine");

        Assert.Equal((50, 0L), (siem.Received, siem.Duplicates));
        Assert.Matches("(?m)^mine/deep/broken-audit.yaml line [0-9]+: template 'broken-audit': order: is 'upwards'; allowed: ", result.Error);
        Assert.Contains("Sources that name such a template do not run; the others do.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_name_a_template_of_a_folder_are_applied_and_their_sources_tested()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", Rows(vendor, siem, "acme-audit"));
        Put(run, "acme-audit.yaml", Okta.Replace("name: okta-system-log", "name: acme-audit", StringComparison.Ordinal));
        var unknown = await run.RunAsync("apply", "rows.yaml");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("'acme-audit' is unknown", unknown.Error, StringComparison.Ordinal);

        var applied = await run.DoneAsync("apply", "rows.yaml", "--templates", "mine");

        Assert.Contains("note: templates of the folder were not written: every process needs it", applied.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("acme-audit", (await run.DoneAsync("templates", "list", "--own")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await run.RunAsync("sources", "test", "of-acme-audit")).ExitCode);
        Assert.Contains("Nothing was shipped or written.", (await run.DoneAsync("sources", "test", "of-acme-audit", "--templates", "mine")).Output, StringComparison.Ordinal);

        Put(run, "broken.yaml", "name: broken\nrequest: { path: 5, pathh: 6 }");
        var refused = await run.RunAsync("apply", "rows.yaml", "--templates", "mine");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("mine/broken.yaml line ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was written.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_validated_with_a_folder_and_without_one_it_is_said_what_is_not_known()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good.Replace("okta-system-log", "acme-audit", StringComparison.Ordinal));
        var unknown = await run.RunAsync("validate", "rows.yaml");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("note: without storage, templates of table Templates are not known here. Name the folder of their files with --templates", unknown.Error, StringComparison.Ordinal);

        Put(run, "acme-audit.yaml", Okta.Replace("name: okta-system-log", "name: acme-audit", StringComparison.Ordinal));
        Put(run, "acme-audit.contract.yaml", "polls: []");
        Assert.Equal("Valid: 1 source, 1 destination.\n", (await run.DoneAsync("validate", "rows.yaml", "--templates", "mine")).Output);
    }

    [Theory]
    [InlineData("acme-audit.yaml", "name: [", "template: names the template 'acme-audit', which is wrong: mine/acme-audit.yaml line 2: is not valid YAML:")]
    [InlineData("x.yaml", "name: acme-audit\nrequest: { path: 5, pathh: 6 }", "names the template 'acme-audit', which is wrong: mine/x.yaml line ")]
    public async Task A_source_of_a_broken_template_says_file_and_line(string file, string text, string message)
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good.Replace("okta-system-log", "acme-audit", StringComparison.Ordinal));
        Put(run, file, text);
        var result = await run.RunAsync("validate", "rows.yaml", "--templates", "mine");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_validated_whole_and_a_file_that_never_ends_is_too_large()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good);
        Put(run, "unnamed.yaml", "name: unnamed");
        File.CreateSymbolicLink(Path.Combine(run.Folder, "mine", "endless.yaml"), "/dev/zero");
        Directory.CreateSymbolicLink(Path.Combine(run.Folder, "mine", "again"), "..");
        var result = await run.RunAsync("validate", "rows.yaml", "--templates", "mine");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("mine/endless.yaml: is too large for a row file.", result.Error, StringComparison.Ordinal);
        Assert.Contains("mine/unnamed.yaml", result.Error, StringComparison.Ordinal);

        File.CreateSymbolicLink(Path.Combine(run.Folder, "endless.contract.yaml"), "/dev/zero");
        Assert.Contains("endless.contract.yaml: is too large for a contract file.", (await run.RunAsync("templates", "test", "endless.contract.yaml")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate rows.yaml --templates nowhere", 1, "--templates: there is no folder 'nowhere'.")]
    [InlineData("run --templates empty", 1, "--templates: 'empty' holds no .yaml file; name the folder of your templates.")]
    [InlineData("sources test okta-prod --templates nowhere", 1, "--templates: there is no folder 'nowhere'.")]
    [InlineData("apply rows.yaml --templates nowhere", 1, "--templates: there is no folder 'nowhere'.")]
    public async Task A_folder_that_is_none_is_told(string line, int code, string message)
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good);
        Directory.CreateDirectory(Path.Combine(run.Folder, "empty"));
        var result = await run.RunAsync(line.Split(' '));
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static void Put(CliRun run, string file, string text)
    {
        var path = Path.Combine(run.Folder, "mine", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string Rows(SandboxVendor vendor, SandboxSiem siem, string template) => SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl)
        .Replace("template: okta-system-log", $"template: {template}", StringComparison.Ordinal)
        .Replace("okta-prod", $"of-{template}", StringComparison.Ordinal);
}
