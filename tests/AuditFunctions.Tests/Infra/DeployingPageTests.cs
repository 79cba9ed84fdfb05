using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>docs/deploying.md says what <c>infra/</c> does.</summary>
public sealed class DeployingPageTests
{
    private static readonly DocsPage Page = DocsPage.Read("docs/deploying.md");

    // What the page says in words.
    private static readonly Dictionary<string, string> InWords = new(StringComparer.Ordinal)
    {
        ["resourceGroup().location"] = "the group's",
        ["location"] = "as `location`",
        ["{}"] = "none",
        ["[]"] = "none",
        ["''"] = "none",
    };

    [Fact]
    public void Its_parameters_and_defaults_are_those_of_Bicep()
    {
        var main = BicepText.Read("main.bicep");
        var parameters = main.Parameters.Select(parameter => $"{parameter.Name} = {Default(parameter.Name, parameter.Tail)}");
        Assert.Equal(parameters, Page.Section("Parameters").CodeRows().Select(row => $"{row.Name} = {row.Cells[1]}"));

        string Default(string name, string tail)
        {
            var value = tail.Split(" = ")[1];
            return value == "[" ? string.Join(", ", main.Words(name).Select(word => $"`{word}`"))
                : InWords.GetValueOrDefault(value, $"`{value.Trim('\'')}`");
        }
    }

    [Fact]
    public void The_sample_gives_parameters_that_exist()
    {
        var sample = File.ReadAllLines(Path.Combine(BicepText.Folder, "main.bicepparam"));
        Assert.Equal("using 'main.bicep'", sample[0]);
        var given = sample.Where(line => line.StartsWith("param ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToArray();
        Assert.NotEmpty(given);
        Assert.Empty(given.Except(BicepText.Read("main.bicep").Parameters.Select(parameter => parameter.Name), StringComparer.Ordinal));
    }

    [Fact]
    public void Its_roles_are_those_of_Bicep()
    {
        string[] assigned = [.. BicepText.All().SelectMany(file => Regex.Matches(file.Code, @"name: '(?<name>[^']+)'\s+id: '", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["name"].Value)).Order(StringComparer.Ordinal)];
        Assert.Equal(assigned, Page.Section("Roles").Rows().Where(row => row[0] != "Role" && !row[0].StartsWith('-')).Select(row => row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_options_are_those_of_the_script()
    {
        var script = File.ReadAllText(Path.Combine(BicepText.Folder, "deploy.sh"));
        var options = Regex.Matches(script, "^  (?<name>--[a-z-]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value);
        Assert.Equal(options, Page.Section("Fifteen minutes").CodeRows().Select(row => row.Name));
        Assert.All(
            Regex.Matches(Page.Text, "(?<=infra/deploy.sh)(?: +(?:--[a-z-]+|[\\w.…-]+))+", RegexOptions.None, TimeSpan.FromSeconds(1)).SelectMany(match => match.Value.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal))),
            option => Assert.Contains(option, options));
    }

    [Fact]
    public void The_columns_of_the_table_are_those_of_Bicep() =>
        Assert.Equal(
            Regex.Matches(BicepText.Read("modules/sentinel.bicep").Code, @"\{ name: '(?<name>\w+)', type: '(?<type>\w+)' \}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
                .Select(match => (match.Groups["name"].Value, match.Groups["type"].Value)),
            Page.Section("Microsoft Sentinel").CodeRows().Select(row => (row.Name, row.Cells[1])));

    [Fact]
    public void Outputs_that_it_names_exist()
    {
        var outputs = BicepText.Read("main.bicep").Outputs.Select(output => output.Name).ToArray();
        string[] named = ["storageAccountName", "vaultUri", "sentinelEndpoint", "sentinelRuleId", "sentinelStream"];
        Assert.All(named, name => Assert.Contains(name, Page.Text, StringComparison.Ordinal));
        Assert.Empty(named.Except(outputs, StringComparer.Ordinal));

        // The script asks for these.
        var script = File.ReadAllText(Path.Combine(BicepText.Folder, "deploy.sh"));
        var asked = Regex.Matches(script, @"(?<name>\w+)\.value", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value).ToArray();
        Assert.Equal(4, asked.Length);
        Assert.Empty(asked.Except(outputs, StringComparer.Ordinal));
    }
}
