using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Says at start that nothing will be invoked, lest somebody waits for it.</summary>
internal sealed partial class NoWorker(ILogger<NoWorker> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogNoWorker(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error,
        Message = "This build has no Functions worker: no trigger will fire. Build with AzurePackages=published.")]
    private static partial void LogNoWorker(ILogger logger);
}
