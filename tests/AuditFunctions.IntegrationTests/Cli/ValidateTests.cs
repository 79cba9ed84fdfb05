namespace AuditFunctions.Tests.Cli;

/// <summary>Row files are checked where they are written: what is wrong, in which line, and what is allowed.</summary>
public sealed class ValidateTests
{
    [Fact]
    public async Task A_good_file_is_valid_without_storage()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good);
        var result = await run.DoneAsync("validate", "rows.yaml");
        Assert.Equal("Valid: 1 source, 1 destination.\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("sources: 5", "rows.yaml line 1: sources: must be a list of rows, each starting with '- name: …'.")]
    [InlineData("sources:\n  - okta", "rows.yaml line 2: sources: must be a list of rows, each a map of columns.")]
    [InlineData("source:\n  - name: x", "rows.yaml line 2: source: is not known here; allowed: destinations, sources, templates.")]
    [InlineData("- name: x", "rows.yaml line 1: must be a map with 'sources:' and 'destinations:'.")]
    [InlineData("", "rows.yaml: is empty.")]
    [InlineData("sources: [", "rows.yaml line 2: is not valid YAML:")]
    [InlineData("sources:\n  - template: okta-system-log", "rows.yaml line 2: sources: holds a row without a name; allowed: 1 to 63 lower-case letters")]
    [InlineData("sources:\n  - name: Okta\n    template: okta-system-log", "rows.yaml line 2: source 'Okta': name: 'Okta' is no source name; allowed: 1 to 63 lower-case letters")]
    [InlineData("sources:\n  - name: a\n    template: nope", "rows.yaml line 3: source 'a': template: 'nope' is unknown. 'auditfn templates list' lists them all.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log", "rows.yaml line 2: source 'a': destination: is missing: name one destination")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log", "rows.yaml line 2: source 'a': token: is missing: API token")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    colour: red", "rows.yaml line 4: source 'a': colour: is no parameter of template 'okta-system-log'; its parameters: domain, filter, token.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    Interval: soon", "rows.yaml line 4: source 'a': interval: is 'soon'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 10s to 7d.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    domain:\n      host: x", "rows.yaml line 5: source 'a': domain: must be a text or a list of texts; only 'definition', 'processors' and 'routes' may hold more.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    Template: x", "rows.yaml line 4: source 'a': Template: stands twice; columns compare without case.")]
    [InlineData("sources:\n  - name: a\n    RowKey: x", "rows.yaml line 3: source 'a': RowKey: is a column of the table itself; choose another name.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    definition:\n      timing:\n        interval: soon", "rows.yaml line 6: source 'a': timing.interval: is 'soon'; allowed:")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    destination: siem\n    routes:\n      siem:\n        - action: sample\n          oneIn: 2\n          percent: 10", "rows.yaml line 9: source 'a': routes.siem[0].percent: is not known here; allowed: action, name, oneIn, when.")]
    [InlineData("sources:\n  - name: a\n    template: okta-system-log\n    processors:\n      - { action: remove, paths: [a] }\n      - action: shred", "rows.yaml line 6: source 'a': processors[1].action: is 'shred'; allowed: keep, drop,")]
    [InlineData("destinations:\n  - name: a\n    type: nope", "rows.yaml line 3: destination 'a': type: 'nope' is unknown; types: ")]
    [InlineData("destinations:\n  - name: a\n    type: splunk-hec\n    url: http://siem.example.com\n    token: secret:x", "rows.yaml line 4: destination 'a': url: must be an https:// URL")]
    [InlineData("destinations:\n  - name: a\n    type: http\n    url: https://siem.example.com\n  - name: a\n    type: http\n    url: https://siem.example.com", "rows.yaml line 5: destination 'a': name: stands twice; the first is in rows.yaml line 2.")]
    public async Task What_is_wrong_is_told_with_its_line(string rows, string message)
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", rows);
        var result = await run.RunAsync("validate", "rows.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(result.Error.Split('\n'), line => line.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_literal_secret_is_refused_and_not_echoed()
    {
        const string Secret = "00aBcDeF-very-secret";
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good.Replace("secret:okta-prod", Secret, StringComparison.Ordinal));
        foreach (var result in new[] { await run.RunAsync("validate", "rows.yaml"), await run.RunAsync("apply", "rows.yaml"), await run.RunAsync("validate", "rows.yaml", "--json"), await run.RunAsync("sources", "test", "rows.yaml") })
        {
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("is a secret and must be a reference", result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_destination_that_is_elsewhere_is_only_a_note()
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good[..SomeRows.Good.IndexOf("destinations:", StringComparison.Ordinal)]);
        var result = await run.DoneAsync("validate", "rows.yaml");
        Assert.Equal("note: rows.yaml line 4: source 'okta-prod': destination: 'splunk' is not in these files; its row must be there before events flow.\n", result.Error);
    }

    [Fact]
    public async Task A_name_given_twice_is_told_across_files()
    {
        using var run = CliRun.Offline();
        run.Write("a.yaml", SomeRows.Good);
        run.Write("b.yaml", SomeRows.Good);
        var result = await run.RunAsync("validate", "a.yaml", "b.yaml", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["b.yaml 2 source okta-prod name", "b.yaml 11 destination splunk name"],
            result.Json.GetProperty("problems").EnumerateArray()
                .Select(problem => $"{problem.GetProperty("file")} {problem.GetProperty("line")} {problem.GetProperty("kind")} {problem.GetProperty("name")} {problem.GetProperty("where")}"));
    }

    [Theory]
    [InlineData("nowhere.yaml", "nowhere.yaml: does not exist.")]
    [InlineData(".", ".: is a folder; name files.")]
    public async Task A_file_that_cannot_be_read_is_told(string file, string message)
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync("validate", file);
        Assert.Equal((1, message + "\n"), (result.ExitCode, result.Error));
    }
}
