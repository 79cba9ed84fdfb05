using System.CommandLine;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Settings;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Hosting;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Azure;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Cli;

/// <summary>Exit codes, help, and what goes where.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Commands() => [.. Paths(Root.Create(Nowhere()), [])];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_describes_and_gives_an_example(string command)
    {
        using var run = CliRun.Offline();
        var result = await run.DoneAsync([.. command.Split(' ').Skip(1), "--help"]);
        Assert.StartsWith("Description:\n  ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  auditfn ", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("", "'auditfn' needs a command: ")]
    [InlineData("sources", "'auditfn sources' needs a command: new, import, list, show")]
    [InlineData("sources lst", "'lst' is no command of 'auditfn sources': new, import, list, show")]
    [InlineData("sources show", "NAME is missing: The source.")]
    [InlineData("apply", "FILE is missing: YAML files")]
    [InlineData("stauts", "'stauts' is no command of 'auditfn': ", "Did you mean 'status'?")]
    [InlineData("sources list --what", "'--what' is no option or argument of 'auditfn sources list'.")]
    [InlineData("sources list --jsno", "'--jsno' is no option or argument of 'auditfn sources list'. Did you mean '--json'?")]
    [InlineData("sources list --debgu", "Did you mean '--debug'?")]
    [InlineData("run --log-level loud", "--log-level: 'loud' is none of trace, debug, information, warning, error, critical, none.")]
    [InlineData("cost --memory many", "--memory: 'many' is no whole number.\nSee ")]
    [InlineData("cost --memory 1024", "--memory must be 512, 2048 or 4096.\nSee ")]
    [InlineData("backfill x --from yesterday", "--from: 'yesterday' is no instant; write one such as 2026-01-01T00:00:00Z.")]
    [InlineData("completion tcsh", "SHELL: 'tcsh' is none of bash, zsh, fish, pwsh.\n")]
    [InlineData("status --state nope", "--state: 'nope' is none of ok, ")]
    [InlineData("sources show --stoarge", "'--stoarge' is no option of 'auditfn sources show'. Did you mean '--storage'? A name that starts so stands behind '--'.\n")]
    [InlineData("apply rows.yaml --prnue", "'--prnue' is no option of 'auditfn apply'.")]
    [InlineData("validate -x", "'-x' is no option of 'auditfn validate'.")]
    [InlineData("templates show --json=maybe", "--json takes no value.\n")]
    [InlineData("dead-letters export --format cvs", "--format: 'cvs' is none of jsonl, csv. Did you mean 'csv'?\n")]
    [InlineData("templates list --category idenity", "--category: 'idenity' is none of identity, cloud, ", " Did you mean 'identity'?\n")]
    [InlineData("status --stat failing", "'--stat' is no option or argument of 'auditfn status'. Did you mean '--state'?\nSee ")]
    [InlineData("status failing", "'failing' is no option or argument of 'auditfn status'.")]
    [InlineData("status --watch --json", "--watch draws for people")]
    [InlineData("sources test x --events many", "--events: 'many' is no whole number.\nSee ")]
    [InlineData("dead-letters list --limit abc", "--limit: 'abc' is no whole number.\nSee ")]
    [InlineData("sources test x --events -1", "--events must be a number from 0 to 10000.")]
    public async Task A_wrong_command_line_ends_with_2_and_says_what_is_wrong(string line, params string[] messages)
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, result.ExitCode);
        Assert.All(messages, message => Assert.Contains(message, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
        Assert.Contains("--help'.", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    public static TheoryData<string> Leaves() => [.. Paths(Root.Create(Nowhere()), []).Where(path => CommandOf(path).Subcommands.Count == 0)];

    /// <summary>Whatever an option takes: without it the line is wrong, and no check of the command stumbles over it.</summary>
    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task An_option_without_its_value_ends_with_2(string command)
    {
        using var run = CliRun.Offline();
        foreach (var option in CommandOf(command).Options.Where(option => option.Arity.MinimumNumberOfValues > 0))
        {
            foreach (var written in (string[])[option.Name, $"{option.Name}="])
            {
                var result = await run.RunAsync([.. command.Split(' ').Skip(1), written]);
                Assert.True(result.ExitCode == 2, $"{command} {written}: {result.ExitCode}");
                Assert.Contains($"'{option.Name}'", result.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("sources show -- --nope", "There is no source '--nope'")]
    [InlineData("lookups remove x.csv", "There is no lookup file 'x.csv'; there are no lookup files yet; add one with 'auditfn lookups add FILE'.")]
    public async Task A_name_that_is_not_known_ends_with_1(string line, string message)
    {
        using var storage = await CliRun.OnStorageAsync();
        var result = await storage.RunAsync(line.Split(' '));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountName=acme;AccountKey=notBase64!;EndpointSuffix=core.windows.net")]
    [InlineData("AccountName=acme;Key=sEcReT")]
    public async Task A_connection_string_that_cannot_be_used_is_told_and_not_shown(string connection)
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync("sources", "list", "--storage", connection);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("The storage connection string", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sources list")]
    [InlineData("status")]
    [InlineData("apply rows.yaml")]
    [InlineData("destinations test splunk")]
    public async Task Storage_that_does_not_answer_is_named_in_one_line(string line)
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good);
        const string Nobody = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;"
            + "BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;QueueEndpoint=http://127.0.0.1:9/devstoreaccount1;TableEndpoint=http://127.0.0.1:9/devstoreaccount1;";
        var result = await run.RunAsync([.. line.Split(' '), "--storage", Nobody]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal("Storage at 127.0.0.1:9 does not answer. Start Azurite (npx azurite), or name another account with --storage or the setting AzureWebJobsStorage.\n", result.Error);
    }

    [Theory]
    [InlineData("Fetching:MaxPages", "0", "MaxPages")]
    [InlineData("Fetching:MaxPges", "5", "MaxPges")]
    [InlineData("Fetching:MaxPages", "many", "The setting Fetching:MaxPages is 'many': write a whole number.")]
    [InlineData("Fetching:LeaseDuration", "soon", "The setting Fetching:LeaseDuration is 'soon': write a duration such as 00:05:00.")]
    public async Task A_wrong_setting_is_named(string setting, string value, string named)
    {
        using var run = CliRun.Offline((setting, value));
        var result = await run.RunAsync("status");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_our_own_ends_in_a_line_and_with_debug_in_its_stack()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Surroundings Broken() => new(() => throw new InvalidCastException("sEcReT"), output, error, TimeProvider.System, ".");
        Assert.Equal(1, await CommandLine.RunAsync(["status"], Broken(), CliRun.Patience));
        Assert.StartsWith("'auditfn status' met a fault in auditfn (InvalidCastException).", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await CommandLine.RunAsync(["status", "--debug"], Broken(), CliRun.Patience));
        Assert.Contains(" at AuditFunctions.Cli.", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sEcReT", error.ToString() + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_told_by_command_and_option()
    {
        using var run = CliRun.Offline();
        var version = (await run.DoneAsync("version", "--json")).Json.GetProperty("version").GetString();
        Assert.Matches(@"^\d+\.\d+\.\d+", version);
        Assert.Equal(version + "\n", (await run.DoneAsync("--version")).Output);
        Assert.Equal(version + "\n", (await run.DoneAsync("version")).Output);
    }

    [Fact]
    public async Task Every_template_shows_a_row_that_is_valid()
    {
        using var run = CliRun.Offline();
        var names = new TemplateCatalog().Names.ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            run.Write("rows.yaml", RowOf(await run.DoneAsync("templates", "show", name)));
            await run.DoneAsync("validate", "rows.yaml");
        }

        var listed = (await run.DoneAsync("templates", "list", "--json")).Json.GetProperty("templates");
        Assert.Equal(names, listed.EnumerateArray().Select(template => template.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Every_type_of_destination_shows_a_row_that_is_valid()
    {
        using var run = CliRun.Offline();
        Assert.NotEmpty(DestinationCatalog.Types);
        foreach (var type in DestinationCatalog.Types)
        {
            run.Write("rows.yaml", RowOf(await run.DoneAsync("destinations", "types", type.Name)));
            await run.DoneAsync("validate", "rows.yaml");
        }

        Assert.Equal(DestinationCatalog.Types.Count, (await run.DoneAsync("destinations", "types", "--json")).Json.GetProperty("types").GetArrayLength());
    }

    [Fact]
    public void Local_settings_are_read_with_either_separator()
    {
        using var run = CliRun.Offline();
        run.Write(LocalSettings.FileName, """{ "Values": { "A__B": "1", "C:D": "2", "E": 3, }, /* more */ "Host": {} }""");
        var settings = LocalSettings.Read(run.Folder);
        Assert.Equal(("1", "2", "3"), (settings["A:B"], settings["C:D"], settings["E"]));
    }

    /// <summary>In a clone, local.settings.json names Azurite; who exports another account's name means that one.</summary>
    [Theory]
    [InlineData("AzureWebJobsStorage:accountName", "acme", null)]
    [InlineData("azurewebjobsstorage:TableServiceUri", "https://acme.table.core.windows.net", null)]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true;", "UseDevelopmentStorage=true;")]
    [InlineData("AzureWebJobsStorage:clientId", "7", "of the file")]
    [InlineData("Other", "x", "of the file")]
    public void A_storage_account_of_the_environment_replaces_that_of_a_file_however_each_names_it(string name, string value, string? connection)
    {
        var file = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = "of the file", ["AzureWebJobsStorage:blobServiceUri"] = "https://file", ["Secrets:VaultUri"] = "https://kept" };

        var settings = Surroundings.Settings(file, new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build());

        Assert.Equal((connection, value, "https://kept"), (settings["AzureWebJobsStorage"], settings[name], settings["Secrets:VaultUri"]));
        Assert.Equal(connection == "of the file" ? "https://file" : null, settings["AzureWebJobsStorage:blobServiceUri"]);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage:accountName", "acme")]
    [InlineData("AzureWebJobsStorage:queueServiceUri", "https://acme.queue.core.windows.net")]
    public async Task Two_storage_accounts_are_refused_and_the_option_is_one(string name, string value)
    {
        using var run = await CliRun.OnStorageAsync();
        run.Set(name, value);
        var both = await run.RunAsync("status");
        Assert.Equal((1, ""), (both.ExitCode, both.Output));
        Assert.Contains("AzureWebJobsStorage__accountName or an address below it names an account as well: leave out one of them.", both.Error, StringComparison.Ordinal);

        await run.DoneAsync("sources", "list", "--storage", (await SharedAzurite.GetAsync()).ConnectionString);
    }

    [Theory]
    [InlineData("{ \"Values\": {\n \"A\": }", "local.settings.json line 2 is not valid JSON")]
    [InlineData("{ \"IsEncrypted\": true }", "local.settings.json is encrypted")]
    [InlineData("{ \"Values\": { \"A\": {} } }", "local.settings.json: the value 'A' must be a text.")]
    [InlineData("[]", "local.settings.json must be a JSON object")]
    public void Local_settings_that_cannot_be_used_are_told(string json, string message)
    {
        using var run = CliRun.Offline();
        run.Write(LocalSettings.FileName, json);
        Assert.StartsWith(message, Assert.Throws<OperationException>(() => LocalSettings.Read(run.Folder)).Message, StringComparison.Ordinal);
    }

    private static string RowOf(CliResult result) => result.Output[result.Output.IndexOf("# A row to start from", StringComparison.Ordinal)..];

    private static Surroundings Nowhere() => new(() => new ConfigurationBuilder().Build(), TextWriter.Null, TextWriter.Null, TimeProvider.System, ".");

    private static Command CommandOf(string path) =>
        path.Split(' ').Skip(1).Aggregate(Root.Create(Nowhere()), (command, name) => command.Subcommands.Single(inner => inner.Name == name));

    private static IEnumerable<string> Paths(Command command, string[] parents)
    {
        string[] path = [.. parents, command.Name];
        return [string.Join(' ', path), .. command.Subcommands.Where(inner => !inner.Hidden).SelectMany(inner => Paths(inner, path))];
    }
}
