using AuditFunctions;
using AuditFunctions.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.Services
    .AddPipeline(builder.Configuration)
    .AddScheduling()
    .AddFetching()
    .AddShipping()
    .AddTelemetryExport(builder.Configuration)
    .AddHostedService<StorageSetup>();

builder.Build().Run();
