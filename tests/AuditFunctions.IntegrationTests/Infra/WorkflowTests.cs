using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using YamlDotNet.RepresentationModel;

namespace AuditFunctions.Tests.Infra;

/// <summary>The workflows run nothing that could change under them, and no text of others as a command.</summary>
public sealed class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(DocsPage.Root, ".github", "workflows")).Select(file => Path.GetFileName(file));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Actions_are_pinned_by_hash_and_say_their_version(string workflow)
    {
        var uses = Lines(workflow).Where(line => Regex.IsMatch(line, @"^\s*(?:- )?uses:", RegexOptions.None, TimeSpan.FromSeconds(1))).ToArray();
        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(@"uses: [\w-]+/[\w-]+(?:/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
    }

    [Fact]
    public void One_hash_stands_for_each_version_of_an_action()
    {
        // "actions/checkout" and "actions/checkout@<hash> # <version>"; parts of one repository share the hash.
        var pinned = Names.SelectMany(Lines)
            .Select(line => Regex.Match(line, @"uses: (?<name>[\w-]+/[\w-]+)\S*@(?<pin>\w+ # \S+)$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Where(match => match.Success)
            .GroupBy(match => match.Groups["name"].Value, match => match.Groups["pin"].Value, StringComparer.Ordinal)
            .ToArray();
        Assert.True(pinned.Length >= 5, string.Join(' ', pinned.Select(action => action.Key)));
        Assert.All(pinned, action => Assert.Single(action.Distinct(StringComparer.Ordinal)));
    }

    // What may be written, besides the token that proves who a workflow is.
    [Theory]
    [InlineData("build.yml")]
    [InlineData("deploy.yml")]
    [InlineData("nightly.yml")]
    [InlineData("codeql.yml", "analyze security-events")]
    [InlineData("release.yml", "image attestations", "image packages", "publish attestations", "publish contents")]
    public void Rights_are_named_and_no_job_has_more_than_it_needs(string workflow, params string[] written)
    {
        var root = Read(workflow);
        Assert.DoesNotContain("write", root["permissions"].ToString(), StringComparison.Ordinal);
        Assert.Equal(written, Written(root).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("pull_request_target", string.Join('\n', Lines(workflow)), StringComparison.Ordinal);
        Assert.DoesNotContain("secrets.", string.Join('\n', Lines(workflow)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_workflow_has_its_rights_checked() => Assert.Equal(
        ["build.yml", "codeql.yml", "deploy.yml", "nightly.yml", "release.yml"],
        Names.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_job_ends_and_leaves_no_token_behind(string workflow)
    {
        var jobs = ((YamlMappingNode)Read(workflow)["jobs"]).Children.Values.Cast<YamlMappingNode>().ToArray();
        Assert.NotEmpty(jobs);
        Assert.All(jobs, job => Assert.InRange(int.Parse(job["timeout-minutes"].ToString(), CultureInfo.InvariantCulture), 5, 240));
        var checkouts = jobs.SelectMany(job => (YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().Where(step =>
            step.Children.TryGetValue("uses", out var action) && action.ToString().StartsWith("actions/checkout@", StringComparison.Ordinal));
        Assert.All(checkouts, step => Assert.Equal("false", step["with"]["persist-credentials"].ToString()));
    }

    [Fact]
    public void A_release_and_a_night_run_the_scripts_that_anybody_can_run()
    {
        Assert.Contains("build/release.sh --tag \"$GITHUB_REF_NAME\"", Commands("release.yml"));
        Assert.Equal(["build/nightly.sh"], Commands("nightly.yml"));
        Assert.Equal(["v*"], ((YamlSequenceNode)Read("release.yml")["on"]["push"]["tags"]).Select(tag => tag.ToString()));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_expression_stands_in_a_command(string workflow)
    {
        var commands = Commands(workflow).ToArray();
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.DoesNotContain("${{", command, StringComparison.Ordinal));
    }

    [Fact]
    public void The_build_runs_the_command_of_the_readme() =>
        Assert.Contains(DocsPage.Read("README.md").CodeBlocks("sh").First()[1], Commands("build.yml"));

    [Fact]
    public void A_deployment_is_started_by_hand_and_logs_in_without_a_credential()
    {
        var root = Read("deploy.yml");
        Assert.Equal(["workflow_dispatch"], ((YamlMappingNode)root["on"]).Children.Keys.Select(key => key.ToString()));
        Assert.Empty(((YamlMappingNode)root["permissions"]).Children);
        var job = (YamlMappingNode)root["jobs"]["deploy"];
        Assert.Equal("${{ inputs.environment }}", job["environment"].ToString());
        Assert.Equal(
            ["contents: read", "id-token: write"],
            ((YamlMappingNode)job["permissions"]).Children.Select(right => $"{right.Key}: {right.Value}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secrets.", string.Join('\n', Lines("deploy.yml")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Written(YamlMappingNode root) => ((YamlMappingNode)root["jobs"]).Children
        .Where(job => ((YamlMappingNode)job.Value).Children.ContainsKey("permissions"))
        .SelectMany(job => ((YamlMappingNode)job.Value["permissions"]).Children
            .Where(right => right.Value.ToString() == "write" && right.Key.ToString() != "id-token")
            .Select(right => $"{job.Key} {right.Key}"));

    private static string[] Lines(string workflow) => File.ReadAllLines(Path.Combine(DocsPage.Root, ".github", "workflows", workflow));

    private static YamlMappingNode Read(string workflow)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(string.Join('\n', Lines(workflow))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<string> Commands(string workflow) => Read(workflow).AllNodes.OfType<YamlMappingNode>()
        .SelectMany(node => node.Children).Where(child => child.Key.ToString() == "run").Select(child => child.Value.ToString());
}
