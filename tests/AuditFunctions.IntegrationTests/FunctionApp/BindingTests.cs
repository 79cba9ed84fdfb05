using System.Reflection;
using System.Text.Json;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>What the Functions host reads of the app: functions, their triggers and host.json agree with the pipeline.</summary>
public sealed class BindingTests
{
    private static readonly StorageAccount Storage = new(Options.Create(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }));

    [Fact]
    public void The_app_has_a_function_for_each_step()
    {
        var names = Functions().Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name);

        Assert.Equal(["Fetch", "Schedule", "Ship"], names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Fetch")]
    [InlineData("Ship")]
    public void A_queue_function_listens_to_the_queue_that_the_pipeline_writes(string name)
    {
        var trigger = TriggerOf<QueueTriggerAttribute>(name);

        Assert.Equal(name == "Fetch" ? Storage.FetchQueue.Name : Storage.ShipQueue.Name, trigger.QueueName);
        Assert.Null(trigger.Connection); // the host's own account, AzureWebJobsStorage, as the pipeline's
    }

    [Fact]
    public void The_timer_ticks_by_the_setting_that_the_sample_has()
    {
        Assert.Equal("%ScheduleCron%", TriggerOf<TimerTriggerAttribute>("Schedule").Schedule);

        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")));
        Assert.Equal("*/30 * * * * *", sample.RootElement.GetProperty("Values").GetProperty("ScheduleCron").GetString());
    }

    [Fact]
    public void The_host_is_set_so_that_no_message_is_encoded_twice_or_poisoned_soon()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));
        var queues = host.RootElement.GetProperty("extensions").GetProperty("queues");

        Assert.Equal("none", queues.GetProperty("messageEncoding").GetString());
        Assert.True(queues.GetProperty("maxDequeueCount").GetInt32() >= 100, "the host's poison queue loses messages after 7 days");
        Assert.True(
            TimeSpan.Parse(host.RootElement.GetProperty("functionTimeout").GetString()!) > new FetchingOptions().MaxRunTime,
            "a fetch must end by itself before the host ends it");
    }

    private static IEnumerable<MethodInfo> Functions() => typeof(Schedule).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null);

    private static T TriggerOf<T>(string function)
        where T : Attribute
    {
        var method = Assert.Single(Functions(), method => method.GetCustomAttribute<FunctionAttribute>()!.Name == function);
        return method.GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>().Single();
    }
}
