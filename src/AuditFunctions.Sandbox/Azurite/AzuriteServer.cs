using System.ComponentModel;
using System.Diagnostics;

namespace AuditFunctions.Sandbox;

/// <summary>
/// A running Azurite with blobs, queues and tables on loopback ports that the system chose. It ends with this object, and with this
/// process however that one ends: Azurite runs only while its standard input, a pipe from here, is open.
/// </summary>
/// <remarks>The first use on a machine installs the pinned npm package (Node.js and npm needed), which takes some seconds.</remarks>
public sealed class AzuriteServer : IAsyncDisposable
{
    // The account that every Azurite has, documented for everyone: no secret.
    private const string AccountName = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Task _output;
    private bool _disposed;

    private AzuriteServer(Process process, TimeProvider time, AzuriteStartup startup, Task output)
    {
        _process = process;
        _time = time;
        _output = output;
        BlobEndpoint = new Uri(startup.BlobAddress, AccountName);
        QueueEndpoint = new Uri(startup.QueueAddress, AccountName);
        TableEndpoint = new Uri(startup.TableAddress, AccountName);
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};"
            + $"BlobEndpoint={BlobEndpoint};QueueEndpoint={QueueEndpoint};TableEndpoint={TableEndpoint};";
    }

    /// <summary>Connection string with an explicit endpoint per service.</summary>
    public string ConnectionString { get; }

    /// <summary>Address of the blob service, with the account.</summary>
    public Uri BlobEndpoint { get; }

    /// <summary>Address of the queue service, with the account.</summary>
    public Uri QueueEndpoint { get; }

    /// <summary>Address of the table service, with the account.</summary>
    public Uri TableEndpoint { get; }

    /// <summary>Id of the node process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts an Azurite that keeps everything in memory.</summary>
    /// <exception cref="AzuriteException">Node.js or npm is missing, or Azurite did not install or start.</exception>
    public static Task<AzuriteServer> StartAsync(CancellationToken ct) => StartAsync(new AzuriteServerOptions(), ct);

    /// <summary>Starts an Azurite and waits until all three services listen.</summary>
    /// <exception cref="AzuriteException">Node.js or npm is missing, or Azurite did not install or start.</exception>
    public static async Task<AzuriteServer> StartAsync(AzuriteServerOptions options, CancellationToken ct)
    {
        var installation = await AzuriteInstallation.EnsureAsync(options, ct);
        var process = StartProcess(installation, options);
        try
        {
            using var deadline = new CancellationTokenSource(options.StartTimeout, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
            var startup = new AzuriteStartup();
            var output = startup.ReadAsync(process);
            try
            {
                await startup.Listening.WaitAsync(either.Token);
            }
            catch (OperationCanceledException ex) when (!ct.IsCancellationRequested)
            {
                throw new AzuriteException($"Azurite did not listen within {options.StartTimeout}. {startup.LastLines}", ex);
            }

            return new AzuriteServer(process, options.Time, startup, output);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        using var deadline = new CancellationTokenSource(StopTimeout, _time);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(deadline.Token);
            await _output.WaitAsync(deadline.Token);
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static Process StartProcess(AzuriteInstallation installation, AzuriteServerOptions options)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = installation.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in AzuriteArguments.Of(installation, options))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        }
        catch (Win32Exception ex)
        {
            throw new AzuriteException("node was not found. Install Node.js 20 or later and put it on the PATH.", ex);
        }
    }
}
