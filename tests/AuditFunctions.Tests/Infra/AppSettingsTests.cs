using System.Reflection;
using AuditFunctions.Hosting;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Tests.Docs;
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
        ["AzureWebJobsStorage__accountName"] = "the three addresses are set; they hold in every cloud",
    };

    private static readonly string[] Set = [.. BicepText.Read("modules/functionapp.bicep").Settings.Select(setting => setting.Name)];

    [Fact]
    public void Every_setting_in_Bicep_is_read_by_somebody()
    {
        var known = DocsPage.Read("docs/settings.md").CodeRows().Select(row => row.Name).ToArray();
        Assert.Empty(OfTheHost.Keys.Except(known, StringComparer.Ordinal));
        Assert.NotEmpty(Set);
        Assert.Empty(Set.Except(known, StringComparer.Ordinal));
        Assert.Equal(Set.Distinct(StringComparer.Ordinal), Set);
    }

    [Fact]
    public void Every_setting_without_a_default_is_set_by_Bicep()
    {
        var needed = DocsPage.Read("docs/settings.md").CodeRows()
            .Where(row => row.Cells.Length > 2 && row.Cells[1] == "none" && !row.Name.StartsWith("Host__", StringComparison.Ordinal))
            .Select(row => row.Name).ToArray();
        Assert.Contains("Secrets__VaultUri", needed);
        Assert.Empty(needed.Except(Set).Except(NotInAzure.Keys, StringComparer.Ordinal));
        Assert.Empty(NotInAzure.Keys.Intersect(Set, StringComparer.Ordinal));
        Assert.Empty(OfTheHost.Keys.Except(Set, StringComparer.Ordinal));
    }

    [Fact]
    public void The_triggers_find_what_they_name()
    {
        var triggers = typeof(Schedule).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()).ToArray();
        var timers = triggers.Select(parameter => parameter.GetCustomAttribute<TimerTriggerAttribute>()).OfType<TimerTriggerAttribute>().ToArray();
        var queues = triggers.Select(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>()).OfType<QueueTriggerAttribute>().ToArray();

        Assert.All(timers, timer => Assert.Contains(timer.Schedule.Trim('%'), Set));
        Assert.Equal(["fetch", "ship"], queues.Select(queue => queue.QueueName).Order(StringComparer.Ordinal));
        Assert.Equal(["fetch", "ship"], BicepText.Read("modules/storage.bicep").Words("queueNames"));
        Assert.All(queues, queue => Assert.Contains($"{queue.Connection ?? "AzureWebJobsStorage"}__queueServiceUri", Set));
    }

    [Fact]
    public async Task The_pipeline_takes_the_settings_as_Bicep_writes_them()
    {
        var values = BicepText.Read("modules/functionapp.bicep").Settings.ToDictionary(
            setting => setting.Name.Replace("__", ":", StringComparison.Ordinal), setting => (string?)Filled(setting.Value), StringComparer.Ordinal);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddPipeline(configuration).AddScheduling().AddFetching().AddShipping();
        await using var provider = services.BuildServiceProvider();

        SettingsCheck.Run(provider);

        var storage = provider.GetRequiredService<StorageAccount>();
        Assert.Equal("https://audit7x.table.core.windows.net/Sources", storage.Sources.Uri.AbsoluteUri);
        Assert.Equal("https://audit7x.queue.core.windows.net/fetch", storage.FetchQueue.Uri.AbsoluteUri);
        Assert.Equal("https://audit7x.blob.core.windows.net/batches", storage.Batches.Uri.AbsoluteUri);
        Assert.Equal("11111111-2222", provider.GetRequiredService<IOptions<StorageOptions>>().Value.ClientId);
        Assert.Equal("https://kv-audit7x.vault.azure.net/", provider.GetRequiredService<IOptions<SecretOptions>>().Value.VaultUri?.AbsoluteUri);
        Assert.Equal(TimeSpan.FromDays(90), provider.GetRequiredService<IOptions<SchedulingOptions>>().Value.BodyRetention);
    }

    [Fact]
    public void Tables_queues_and_containers_are_those_of_the_code()
    {
        var storage = new StorageAccount(Options.Create(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }));
        var bicep = BicepText.Read("modules/storage.bicep");

        Assert.Equal(Names<TableClient>(client => client.Name), bicep.Words("tableNames").Order(StringComparer.Ordinal));
        Assert.Equal(Names<QueueClient>(client => client.Name), bicep.Words("queueNames").Order(StringComparer.Ordinal));

        // 'deployment' is the platform's.
        Assert.Equal(
            Names<BlobContainerClient>(client => client.Name).Append("deployment").Order(StringComparer.Ordinal),
            bicep.Words("containerNames").Order(StringComparer.Ordinal));
        Assert.Contains("primaryEndpoints.blob}deployment'", bicep.Code, StringComparison.Ordinal);

        IEnumerable<string> Names<T>(Func<T, string> name) => typeof(StorageAccount).GetProperties()
            .Where(property => property.PropertyType == typeof(T)).Select(property => name((T)property.GetValue(storage)!)).Order(StringComparer.Ordinal);
    }

    // What Bicep would put in for its parameters.
    private static string Filled(string written) => written.Trim('\'')
        .Replace("${storageAccountName}", "audit7x", StringComparison.Ordinal)
        .Replace("${environment().suffixes.storage}", "core.windows.net", StringComparison.Ordinal)
        .Replace("${identityClientId}", "11111111-2222", StringComparison.Ordinal)
        .Replace("${bodyRetentionDays}", "90", StringComparison.Ordinal) switch
    {
        "identityClientId" => "11111111-2222",
        "vaultUri" => "https://kv-audit7x.vault.azure.net/",
        "scheduleCron" => "*/30 * * * * *",
        "insights.properties.ConnectionString" => "InstrumentationKey=00000000",
        var text when !text.Contains('$', StringComparison.Ordinal) => text,
        var text => throw new InvalidOperationException($"This test does not know what '{text}' stands for."),
    };
}
