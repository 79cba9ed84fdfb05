using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AuditFunctions.Sandbox;

/// <summary>Reads what Azurite prints: the address of each service once it listens, and the last lines for an error message.</summary>
internal sealed partial class AzuriteStartup
{
    private const int LinesInError = 15;
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly Queue<string> _lastLines = new();
    private readonly Lock _gate = new();

    /// <summary>Completes when all three services accept connections; fails when the process ends before.</summary>
    public Task Listening => _listening.Task;

    /// <summary>Address of the blob service, once listening.</summary>
    public Uri BlobAddress => Address("Blob");

    /// <summary>Address of the queue service, once listening.</summary>
    public Uri QueueAddress => Address("Queue");

    /// <summary>Address of the table service, once listening.</summary>
    public Uri TableAddress => Address("Table");

    /// <summary>What was printed last, for an error message.</summary>
    public string LastLines
    {
        get
        {
            lock (_gate)
            {
                return "It printed:" + Environment.NewLine + string.Join(Environment.NewLine, _lastLines);
            }
        }
    }

    /// <summary>Reads both outputs to their end, so that Azurite never blocks on a full pipe.</summary>
    public async Task ReadAsync(Process process)
    {
        await Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        _listening.TrySetException(new AzuriteException("Azurite ended before its services listened. " + LastLines));
    }

    private async Task ReadAsync(StreamReader reader)
    {
        // No token: reading ends with the process, which its owner ends.
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_gate)
            {
                Take(line);
            }
        }
    }

    private void Take(string line)
    {
        _lastLines.Enqueue(line);
        if (_lastLines.Count > LinesInError)
        {
            _lastLines.Dequeue();
        }

        if (ListeningLine().Match(line) is { Success: true } match)
        {
            _addresses[match.Groups["service"].Value] = new Uri(match.Groups["address"].Value);
            if (_addresses.Count == 3)
            {
                _listening.TrySetResult();
            }
        }
    }

    private Uri Address(string service)
    {
        lock (_gate)
        {
            return _addresses[service];
        }
    }

    [GeneratedRegex("^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<address>http://[0-9.:]+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListeningLine();
}
