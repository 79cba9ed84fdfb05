using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using AuditFunctions.Hosting;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.SelfHosting;
using AuditFunctions.Telemetry;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Docs;

public sealed class SettingsPageTests
{
    // Options classes whose properties are the keys of a section.
    private static readonly Dictionary<Type, string> Sections = new()
    {
        [typeof(SchedulingOptions)] = "Scheduling",
        [typeof(FetchingOptions)] = "Fetching",
        [typeof(ShippingOptions)] = "Shipping",
        [typeof(SecretOptions)] = "Secrets",
        [typeof(MessageOptions)] = "Messages",
        [typeof(SelfHostOptions)] = "Host",
        [typeof(TelemetryOptions)] = "Telemetry",
    };

    // The Functions host names these; PipelineServices reads them one by one.
    private static readonly Dictionary<string, string> StorageKeys = new(StringComparer.Ordinal)
    {
        [nameof(StorageOptions.ConnectionString)] = "AzureWebJobsStorage",
        [nameof(StorageOptions.AccountName)] = "AzureWebJobsStorage__accountName",
        [nameof(StorageOptions.BlobServiceUri)] = "AzureWebJobsStorage__blobServiceUri",
        [nameof(StorageOptions.QueueServiceUri)] = "AzureWebJobsStorage__queueServiceUri",
        [nameof(StorageOptions.TableServiceUri)] = "AzureWebJobsStorage__tableServiceUri",
        [nameof(StorageOptions.ClientId)] = "AzureWebJobsStorage__clientId",
        [nameof(StorageOptions.Prefix)] = "Storage__Prefix",
        [nameof(StorageOptions.RequestTimeout)] = "Storage__RequestTimeout",
    };

    // Settings that no options class holds.
    private static readonly string[] Others =
    [
        "ScheduleCron", "AUDIT_SECRET_…", "AUDIT_HOSTS_…", "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage__credential",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
    ];

    [Fact]
    public void Every_options_class_is_known_to_this_test()
    {
        var classes = Product.Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetProperties().Length > 0);
        Assert.Equal(Names(Sections.Keys.Append(typeof(StorageOptions))), Names(classes));

        static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Every_key_stands_in_the_page_and_the_page_has_no_other()
    {
        var keys = OptionsRows().Select(row => row.Key).Concat(StorageKeys.Values).Concat(Others);
        var documented = Settings().Select(row => row.Name);
        Assert.Equal(keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.Equal(
            StorageKeys.Keys.Order(StringComparer.Ordinal),
            typeof(StorageOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_and_limits_are_those_of_the_code()
    {
        var page = Settings().ToDictionary(row => row.Name, row => row.Cells, StringComparer.Ordinal);
        Assert.All(OptionsRows(), row =>
        {
            var cells = page[row.Key];
            Assert.Equal((row.Key, row.Default), (row.Key, cells[1]));
            Assert.Equal((row.Key, row.Limits), (row.Key, cells[2]));
        });
        Assert.Equal("empty", page["Storage__Prefix"][1]);
        Assert.Equal($"`{TickCron.Default}`", page["ScheduleCron"][1]);
    }

    [Fact]
    public void Host_json_is_as_the_page_says()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(DocsPage.Root, "host.json")));
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["functionTimeout"] = host.RootElement.GetProperty("functionTimeout").ToString(),
            ["telemetryMode"] = host.RootElement.GetProperty("telemetryMode").ToString(),
        };
        foreach (var value in host.RootElement.GetProperty("extensions").GetProperty("queues").EnumerateObject())
        {
            values[value.Name] = value.Value.ToString();
        }

        var documented = DocsPage.Read("docs/settings.md").Section("Functions host").CodeRows()
            .Where(row => row.Name != "FUNCTIONS_WORKER_RUNTIME")
            .Select(row => $"{row.Name} is {row.Cells[1].Trim('`')}");
        Assert.Equal(values.Select(value => $"{value.Key} is {value.Value}").Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_sample_of_local_settings_holds_documented_settings_only()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(DocsPage.Root, "local.settings.sample.json")));
        var documented = Settings().Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        var names = sample.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name);
        string[] missing = [.. names.Where(name => !documented.Contains(name) && !name.StartsWith("AUDIT_SECRET_", StringComparison.Ordinal) && !name.StartsWith("AUDIT_HOSTS_", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static IEnumerable<(string Name, string[] Cells)> Settings()
    {
        var page = DocsPage.Read("docs/settings.md");
        var host = page.Section("Functions host").CodeRows().Select(row => row.Name).Where(name => name != "FUNCTIONS_WORKER_RUNTIME").ToHashSet(StringComparer.Ordinal);
        return page.CodeRows().Where(row => !host.Contains(row.Name));
    }

    private static IEnumerable<(string Key, string Default, string Limits)> OptionsRows() => Sections.SelectMany(section =>
    {
        var defaults = Activator.CreateInstance(section.Key);
        return section.Key.GetProperties().Select(property => (
            $"{section.Value}__{property.Name}",
            property.GetValue(defaults) is { } value ? $"`{Text(value)}`" : "none",
            property.GetCustomAttribute<RangeAttribute>() is { } range ? $"`{Limit(range.Minimum, property)}` to `{Limit(range.Maximum, property)}`" : ""));
    });

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Limit(object limit, PropertyInfo property) =>
        property.PropertyType == typeof(TimeSpan) ? TimeSpan.Parse(Text(limit), CultureInfo.InvariantCulture).ToString() : Text(limit);
}
