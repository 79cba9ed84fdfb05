using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.Tests.Compat;

public sealed class FunctionsWorkerTests
{
    [Fact]
    public void The_builder_composes_services_and_configuration()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection([new("Name", "acme")]);
        builder.Services.AddSingleton(services => services.GetRequiredService<IConfiguration>()["Name"] ?? "");
        using var host = builder.Build();
        Assert.Equal("acme", host.Services.GetRequiredService<string>());
        Assert.IsAssignableFrom<IHostApplicationBuilder>(builder);
    }

    [Fact]
    public void The_bindings_of_a_function_can_be_read()
    {
        var timer = Assert.IsType<TimerTriggerAttribute>(TriggerOf(nameof(Sample.OnTimer)));
        Assert.Equal(("%Schedule%", true, false), (timer.Schedule, timer.UseMonitor, timer.RunOnStartup));

        var queue = Assert.IsType<QueueTriggerAttribute>(TriggerOf(nameof(Sample.OnMessage)));
        Assert.Equal(("fetch", "Storage"), (queue.QueueName, queue.Connection));

        var output = typeof(Sample).GetMethod(nameof(Sample.OnMessage))?.GetCustomAttribute<QueueOutputAttribute>();
        Assert.Equal(("ship", null), (output?.QueueName, output?.Connection));
    }

    private static TriggerBindingAttribute? TriggerOf(string name)
    {
        var method = typeof(Sample).GetMethod(name);
        Assert.Equal(name, method?.GetCustomAttribute<FunctionAttribute>()?.Name);
        return method?.GetParameters()[0].GetCustomAttribute<TriggerBindingAttribute>();
    }

    private sealed class Sample
    {
        [Function(nameof(OnTimer))]
        public void OnTimer([TimerTrigger("%Schedule%")] TimerInfo timer, FunctionContext context) =>
            Assert.NotNull(context);

        [Function(nameof(OnMessage))]
        [QueueOutput("ship")]
        public string OnMessage([QueueTrigger("fetch", Connection = "Storage")] string message) => message;
    }
}
