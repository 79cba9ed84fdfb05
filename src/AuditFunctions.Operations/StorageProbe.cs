using System.Net.Sockets;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Operations;

/// <summary>Finds out at once that nobody listens on this machine; the storage clients would try for several seconds.</summary>
public static class StorageProbe
{
    // Who does not listen refuses at once: this only ends the wait for a process that hangs.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects to each of the three services that is on this machine.</summary>
    /// <exception cref="OperationException">One of them does not answer.</exception>
    public static async Task CheckAsync(StorageAccount storage, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var uri in new[] { storage.TableService, storage.QueueService, storage.BlobService }.Where(uri => uri.IsLoopback))
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(uri.Host, uri.Port, either.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new OperationException($"Storage at {uri.Authority} {StorageFailure.Unreachable}");
            }
        }
    }
}
