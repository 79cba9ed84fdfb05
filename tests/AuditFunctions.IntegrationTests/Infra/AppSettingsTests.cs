using System.Reflection;
using AuditFunctions.Hosting;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Infra;

/// <summary>Settings and names in Bicep are those of the code, and the other way round.</summary>
public sealed class AppSettingsTests
{
    // What the Functions host reads, and our code does not.
    private static readonly Dictionary<string, string> OfTheHost = new(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage__credential"] = "the host takes a user-assigned identity only with it",
    };

    // Settings without a default that the app in Azure does without.
    private static readonly Dictionary<string, string> NotInAzure = new(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = "a connection string holds a key, and keys are off",
        ["Shipping__FileFolder"] = "the app's disk does not outlive an instance: destinations of type file are for machines of one's own",
        ["Messages__Key"] = "an installation may have none; test A_key_for_messages_is_made_once",
        ["Messages__UnsignedUntil"] = "a day of the upgrade",
        ["Fetching__PrivateHosts"] = "the installation's own; given by appSettings",
        ["Fetching__LookupFolder"] = "the app reads lookup files from its container: a folder is for machines of one's own",
        ["AzureWebJobsStorage__accountName"] = "the three addresses are set; they hold in every cloud",
    };

    [Fact]
    public async Task Every_setting_in_Bicep_is_read_by_somebody()
    {
        var set = await SetAsync();
        var known = DocsPage.Read("docs/settings.md").CodeRows().Select(row => row.Name).ToArray();
        Assert.Empty(OfTheHost.Keys.Except(known, StringComparer.Ordinal));
        Assert.NotEmpty(set);
        Assert.Empty(set.Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_further_setting_comes_once_also_when_it_replaces_one_of_ours()
    {
        var settings = (await Snapshot.OfAsync("param appSettings = { schedulecron: '0 * * * * *', Fetching__MaxRunTime: '00:05:00' }"))
            .AppSettings;

        Assert.Equal("0 * * * * *",
            Assert.Single(settings, setting => setting.Name.Equals("ScheduleCron", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.Contains(("Fetching__MaxRunTime", "00:05:00"), settings);
        Assert.Equal((await SetAsync()).Length + 1, settings.Select(setting => setting.Name).Distinct(StringComparer.OrdinalIgnoreCase)
            .Count());
        Assert.Equal(settings.Count, settings.Select(setting => setting.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task Every_setting_without_a_default_is_set_by_Bicep()
    {
        var set = await SetAsync();
        var needed = DocsPage.Read("docs/settings.md").CodeRows()
            .Where(row => row.Cells.Length > 2 && row.Cells[1] == "none" && !row.Name.StartsWith("Host__", StringComparison.Ordinal))
            .Select(row => row.Name).ToArray();
        Assert.Contains("Secrets__VaultUri", needed);
        Assert.Empty(needed.Except(set).Except(NotInAzure.Keys, StringComparer.Ordinal));
        Assert.Empty(NotInAzure.Keys.Intersect(set, StringComparer.Ordinal));
        Assert.Empty(OfTheHost.Keys.Except(set, StringComparer.Ordinal));
    }

    /// <summary>Another key at the next deployment would make messages that wait look forged.</summary>
    [Fact]
    public async Task A_key_for_messages_is_made_once_and_its_name_is_the_setting()
    {
        var settings = (await Snapshot.OfAsync("param signMessages = true\nparam unsignedUntil = '2026-12-01T00:00:00Z'\nparam requireHosts = true")).AppSettings;
        Assert.Contains(("Messages__Key", "secret:message-key"), settings);
        Assert.Contains(("Messages__UnsignedUntil", "2026-12-01T00:00:00Z"), settings);
        Assert.Contains(("Secrets__RequireHosts", "true"), settings);
        Assert.Matches("\"@options\":\\s*\\{\\s*\"onlyIfNotExists\":\\s*(true|\\[\\s*\\])\\s*\\}", (await Template.ReadAsync()).Text);
    }

    [Fact]
    public async Task The_triggers_find_what_they_name()
    {
        var set = await SetAsync();
        var triggers = typeof(Schedule).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()).ToArray();
        var timers = triggers.Select(parameter => parameter.GetCustomAttribute<TimerTriggerAttribute>()).OfType<TimerTriggerAttribute>().ToArray();
        var queues = triggers.Select(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>()).OfType<QueueTriggerAttribute>().ToArray();

        Assert.All(timers, timer => Assert.Contains(timer.Schedule.Trim('%'), set));
        Assert.Equal(["fetch", "ship"], queues.Select(queue => queue.QueueName).Order(StringComparer.Ordinal));
        Assert.Equal(["fetch", "ship"], (await Snapshot.OfAsync()).Names("Microsoft.Storage/storageAccounts/queueServices/queues"));
        Assert.All(queues, queue => Assert.Contains($"{queue.Connection ?? "AzureWebJobsStorage"}__queueServiceUri", set));
    }

    [Fact]
    public async Task The_pipeline_takes_the_settings_as_Bicep_writes_them()
    {
        var snapshot = await Snapshot.OfAsync();
        var account = snapshot.One("Microsoft.Storage/storageAccounts").Name;
        var vault = snapshot.One("Microsoft.KeyVault/vaults").Name;
        var values = snapshot.AppSettings.ToDictionary(
            setting => setting.Name.Replace("__", ":", StringComparison.Ordinal), setting => (string?)Filled(setting.Value), StringComparer.Ordinal);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddPipeline(configuration).AddScheduling().AddFetching().AddShipping();
        await using var provider = services.BuildServiceProvider();

        SettingsCheck.Run(provider);

        var storage = provider.GetRequiredService<StorageAccount>();
        Assert.Equal($"https://{account}.table.core.windows.net/Sources", storage.Sources.Uri.AbsoluteUri);
        Assert.Equal($"https://{account}.queue.core.windows.net/fetch", storage.FetchQueue.Uri.AbsoluteUri);
        Assert.Equal($"https://{account}.blob.core.windows.net/batches", storage.Batches.Uri.AbsoluteUri);
        Assert.Equal("11111111-2222", provider.GetRequiredService<IOptions<StorageOptions>>().Value.ClientId);
        Assert.Equal($"https://{vault}.vault.azure.net/", provider.GetRequiredService<IOptions<SecretOptions>>()
            .Value.VaultUri?.AbsoluteUri);
        Assert.Equal(TimeSpan.FromDays(90), provider.GetRequiredService<IOptions<SchedulingOptions>>().Value.BodyRetention);
    }

    [Fact]
    public async Task Tables_queues_and_containers_are_those_of_the_code()
    {
        var storage = new StorageAccount(Options.Create(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }));
        var snapshot = await Snapshot.OfAsync();
        IEnumerable<string> Made(string kind) => snapshot.Names($"Microsoft.Storage/storageAccounts/{kind}").Order(StringComparer.Ordinal);

        Assert.Equal(Names<TableClient>(client => client.Name), Made("tableServices/tables"));
        Assert.Equal(Names<QueueClient>(client => client.Name), Made("queueServices/queues"));

        // 'deployment' is the platform's.
        Assert.Equal(
            Names<BlobContainerClient>(client => client.Name).Append("deployment").Order(StringComparer.Ordinal),
            Made("blobServices/containers"));
        Assert.Equal(
            $"https://{snapshot.One("Microsoft.Storage/storageAccounts").Name}.blob.core.windows.net/deployment",
            snapshot.One("Microsoft.Web/sites").Text("properties.functionAppConfig.deployment.storage.value"));

        IEnumerable<string> Names<T>(Func<T, string> name) => typeof(StorageAccount).GetProperties()
            .Where(property => property.PropertyType == typeof(T)).Select(property => name((T)property.GetValue(storage)!)).Order(StringComparer.Ordinal);
    }

    private static async Task<string[]> SetAsync() => [.. (await Snapshot.OfAsync()).AppSettings.Select(setting => setting.Name)];

    // What only Azure knows, once identity and component are there.
    private static string Filled(string value)
    {
        if (value.EndsWith(").ConnectionString]", StringComparison.Ordinal))
        {
            return "InstrumentationKey=00000000";
        }

        return value.EndsWith(").clientId]", StringComparison.Ordinal) ? "11111111-2222"
            : value.Contains(").clientId)]", StringComparison.Ordinal) ? "ClientId=11111111-2222;Authorization=AAD"
            : value;
    }
}
