using AuditFunctions.Hosting;
using AuditFunctions.Invocations;
using AuditFunctions.Logging;
using AuditFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.UseMiddleware<InvocationGate>();
    builder.Services
        .AddPipeline(builder.Configuration)
        .AddScheduling()
        .AddFetching()
        .AddShipping()
        .AddFunctionsHosting(builder.Configuration)
        .AddTelemetryExport(builder.Configuration)
        .AddHostConsole(Console.Out, Console.Error);

    using var app = builder.Build();
    SettingsCheck.Run(app.Services);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    // The host shows it as an error, without a stack trace that says nothing more.
    foreach (var failure in exception.Failures)
    {
        Console.Error.WriteLine($"error: {failure}");
    }

    return 1;
}
