using AuditFunctions.Hosting;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Hosting;

/// <summary>Settings are checked before the first message: defaults, and what a wrong one is told.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Defaults()
    {
        var fetching = Bind<FetchingOptions>();
        Assert.Equal((T("0:04"), 1_000, T("0:00:45"), T("0:00:15"), 3, T("0:15")),
            (fetching.MaxRunTime, fetching.MaxPages, fetching.LeaseDuration, fetching.MaxWait, fetching.MaxRetries, fetching.IdleStatusInterval));
        var shipping = Bind<ShippingOptions>();
        Assert.Equal((T("0:01"), T("0:03"), T("0:00:03"), 8), (shipping.SendTimeout, shipping.ClaimDuration, shipping.MaxWait, shipping.MaxPerDestination));
        Assert.Equal(8, fetching.MaxPerVendor);
        var scheduling = Bind<SchedulingOptions>();
        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromDays(90)), (scheduling.LedgerRetention, scheduling.BodyRetention));
        Assert.Equal((1_000, 100_000), (scheduling.MaxWaiting, scheduling.MaxBacklog));
        var secrets = Bind<SecretOptions>();
        Assert.Equal((null, T("0:10")), (secrets.VaultUri, secrets.CacheDuration));
        Assert.Equal(("UseDevelopmentStorage=true", ""), (Bind<StorageOptions>().ConnectionString, Bind<StorageOptions>().Prefix));
    }

    [Fact]
    public void All_wrong_values_of_a_section_are_told_at_once_with_their_settings_and_what_is_allowed()
    {
        Tells<FetchingOptions>(
            [("Fetching:MaxRunTime", "00:10:00"), ("Fetching:MaxPages", "0"), ("Fetching:LeaseDuration", "2"), ("Fetching:MaxWait", "-00:00:01"), ("Fetching:MaxRetries", "21"), ("Fetching:IdleStatusInterval", "00:00:59"), ("Fetching:MaxPerVendor", "0")],
            ["Fetching__MaxRunTime", "00:00:01", "00:09:00", "Fetching__MaxPages", "100000", "Fetching__LeaseDuration", "01:00:00", "Fetching__MaxWait", "00:02:00", "Fetching__MaxRetries", "20", "Fetching__IdleStatusInterval", "1.00:00:00", "Fetching__MaxPerVendor", "1000"]);
        Tells<ShippingOptions>(
            [("Shipping:SendTimeout", "00:06:00"), ("Shipping:ClaimDuration", "00:00:04"), ("Shipping:MaxPerDestination", "1001")],
            ["Shipping__SendTimeout", "00:05:00", "Shipping__ClaimDuration", "01:00:00", "Shipping__MaxPerDestination", "1000", "must be longer than"]);
        Tells<SchedulingOptions>(
            [("Scheduling:LedgerRetention", "366"), ("Scheduling:BodyRetention", "29"), ("Scheduling:MaxWaiting", "9"), ("Scheduling:MaxBacklog", "10000001")],
            ["Scheduling__LedgerRetention", "365.00:00:00", "Scheduling__BodyRetention", "30.00:00:00", "Scheduling__MaxWaiting", "1000000", "Scheduling__MaxBacklog", "10000000"]);
        Tells<StorageOptions>([("Storage:RequestTimeout", "00:06:00")], ["Storage__RequestTimeout", "00:05:00"]);
        Tells<StorageOptions>([("Storage:RequestTimeout", "soon")], ["Storage__RequestTimeout", "00:05:00"]);
        Tells<StorageOptions>([("Storage:Timeout", "1")], ["Storage__Timeout", "Storage__RequestTimeout"]);
        Tells<SecretOptions>([("Secrets:CacheDuration", "1.00:00:01")], ["Secrets__CacheDuration", "1.00:00:00"]);
    }

    [Theory]
    [InlineData("Fetching:MaxPagess", typeof(FetchingOptions))]
    [InlineData("Shipping:Timeout", typeof(ShippingOptions))]
    [InlineData("Scheduling:Cron", typeof(SchedulingOptions))]
    [InlineData("Secrets:Vault", typeof(SecretOptions))]
    public void Unknown_setting_is_named(string setting, Type options)
    {
        var thrown = Assert.ThrowsAny<Exception>(() => typeof(OptionsTests).GetMethod(nameof(Bind), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(options).Invoke(null, [new[] { (setting, "1") }]));
        Assert.Contains(setting.Split(':')[1], thrown.InnerException!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The setting AzureWebJobsStorage is missing: give a connection string (UseDevelopmentStorage=true for Azurite), or AzureWebJobsStorage__accountName for a managed identity.")]
    [InlineData("myaccount", "The setting AzureWebJobsStorage is no connection string; for an account name use AzureWebJobsStorage__accountName.")]
    public void Storage_that_is_missing_or_misunderstood(string connection, string expected) =>
        Assert.Equal(expected, Assert.Throws<OptionsValidationException>(() => Bind<StorageOptions>(("AzureWebJobsStorage", connection))).Message);

    [Theory]
    [InlineData("Prod")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("abcdefghijklmnopqrstu")]
    public void Prefix_that_no_table_queue_or_container_can_have(string prefix) =>
        Assert.Contains(
            "The setting Storage__Prefix must be empty or at most 20 lower-case letters and digits, starting with a letter.",
            Assert.Throws<OptionsValidationException>(() => Bind<StorageOptions>(("Storage:Prefix", prefix))).Message,
            StringComparison.Ordinal);

    private static TimeSpan T(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static void Tells<T>((string, string)[] settings, string[] words)
        where T : class
    {
        var text = Assert.Throws<OptionsValidationException>(() => Bind<T>(settings)).Message;
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.Equal(settings.Length, text.Split("The setting ").Length - 1 - (words.Contains("must be longer than") ? 1 : 0));
    }

    private static T Bind<T>(params (string Setting, string Value)[] settings)
        where T : class
    {
        var all = settings.Append(("AzureWebJobsStorage", "UseDevelopmentStorage=true")).DistinctBy(setting => setting.Item1).Select(setting => KeyValuePair.Create<string, string?>(setting.Item1, setting.Item2));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddPipeline(configuration).AddScheduling().AddFetching().AddShipping();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<T>>().Value;
    }
}
