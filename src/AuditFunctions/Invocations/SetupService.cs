using AuditFunctions.Hosting;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.Invocations;

/// <summary>
/// Sets storage up beside the start: the host can index and load the functions meanwhile, and the process lives on while storage is away.
/// </summary>
internal sealed class SetupService(StorageSetup setup) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // A refusal too: roles that were just given take minutes to work, and a process that ends would be started again and again.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await setup.RunAsync(RetryDelay, _ => true, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while it still waited.
        }
    }
}
