using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>docs/deploying.md says what <c>infra/</c> does.</summary>
public sealed class DeployingPageTests
{
    private static readonly DocsPage Page = DocsPage.Read("docs/deploying.md");

    // What the page says in words.
    private static readonly Dictionary<string, string> InWords = new(StringComparer.Ordinal)
    {
        ["[resourceGroup().location]"] = "the group's",
        ["[parameters('location')]"] = "as `location`",
        ["{}"] = "none",
        ["[]"] = "none",
        [""] = "none",
    };

    [Fact]
    public async Task Its_parameters_and_defaults_are_those_of_Bicep()
    {
        var parameters = (await Template.ReadAsync())
            .Parameters.Select(parameter => $"{parameter.Name} = {Default(parameter.Value.GetProperty("defaultValue"))}");
        Assert.Equal(parameters, Page.Section("Parameters").CodeRows().Select(row => $"{row.Name} = {row.Cells[1]}"));

        static string Default(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            ? string.Join(", ", value.EnumerateArray().Select(item => $"`{item}`"))
            : InWords.GetValueOrDefault(value.ToString(),
                $"`{(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.ToString())}`");
    }

    [Fact]
    public void Its_options_are_those_of_the_script()
    {
        var script = File.ReadAllText(Path.Combine(Bicep.Folder, "deploy.sh"));
        var options = Regex.Matches(script, "^  (?<name>--[a-z-]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value);
        Assert.Equal(options, Page.Section("Fifteen minutes").CodeRows().Select(row => row.Name));
        Assert.All(
            Regex.Matches(Page.Text, "(?<=infra/deploy.sh)(?: +(?:--[a-z-]+|[\\w.…-]+))+", RegexOptions.None, TimeSpan.FromSeconds(1)).SelectMany(match => match.Value.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal))),
            option => Assert.Contains(option, options));
    }

    [Fact]
    public async Task The_columns_of_the_table_are_those_of_Bicep()
    {
        var rule = (await Snapshot.OfAsync(Snapshot.Everything)).One("Microsoft.Insights/dataCollectionRules");
        Assert.Equal(
            rule.Properties.GetProperty("streamDeclarations").GetProperty("Custom-AuditFunctions_CL").GetProperty("columns")
                .EnumerateArray()
                .Select(column => (column.GetProperty("name").GetString()!, column.GetProperty("type").GetString()!)),
            Page.Section("Microsoft Sentinel").CodeRows().Select(row => (row.Name, row.Cells[1])));
    }

    [Fact]
    public async Task Outputs_that_it_names_exist()
    {
        var outputs = (await Template.ReadAsync()).Outputs.Select(output => output.Name).ToArray();
        string[] named = ["storageAccountName", "vaultUri", "messageKey", "requireHosts", "sentinelEndpoint", "sentinelRuleId", "sentinelStream"];
        Assert.All(named, name => Assert.Contains(name, Page.Text, StringComparison.Ordinal));
        Assert.Empty(named.Except(outputs, StringComparer.Ordinal));

        // The script asks for these.
        var script = File.ReadAllText(Path.Combine(Bicep.Folder, "deploy.sh"));
        var asked = Regex.Matches(script, @"(?<name>\w+)\.value", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value).ToArray();
        Assert.Equal(6, asked.Length);
        Assert.Empty(asked.Except(outputs, StringComparer.Ordinal));
    }
}
