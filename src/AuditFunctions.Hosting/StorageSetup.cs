using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions.Hosting;

/// <summary>Creates missing tables, queues and containers when a host starts, before its first message.</summary>
public sealed class StorageSetup(StorageAccount storage) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => storage.CreateMissingAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
