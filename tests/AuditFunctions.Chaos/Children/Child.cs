using System.ComponentModel;
using System.Diagnostics;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Published;

namespace AuditFunctions.Chaos.Children;

/// <summary>A place for an <c>auditfn run</c> process with doors to storage of its own: it is started there, killed or stopped, and started again.</summary>
internal sealed class Child(int number, StorageDoors doors, IReadOnlyDictionary<string, string> environment, string logFile) : IAsyncDisposable
{
    private const int TerminatedBySignal = 128 + 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(10);
    private readonly List<string> _badEnds = [];
    private Process? _process;
    private Task _log = Task.CompletedTask;
    private volatile bool _isEnding;
    private int _lives;

    /// <summary>Its doors to storage.</summary>
    public StorageDoors Doors => doors;

    /// <summary>Largest resident set of all its processes, in bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Ends by themselves or after a stop that are not as they should be.</summary>
    public IReadOnlyList<string> BadEnds => _badEnds;

    /// <summary>Starts a process.</summary>
    public void Start()
    {
        var life = new Life(number, ++_lives);
        doors.Life = life;
        var start = new ProcessStartInfo("dotnet", [PublishedProducts.Auditfn, "run"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["AzureWebJobsStorage"] = doors.ConnectionString;
        _process = Process.Start(start)!;
        _log = WriteLogAsync(_process, life, _log);
        _isEnding = false;
    }

    /// <summary>Ends it as a crash does: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _isEnding = true;
        doors.Life.WasKilled = true;
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to stop: SIGTERM. It has to end by itself, and well.</summary>
    public async Task StopAsync()
    {
        _isEnding = true;
        var life = doors.Life;
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync(CancellationToken.None);
        }

        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopPatience);
        }
        catch (TimeoutException)
        {
            _badEnds.Add($"{life} did not end within {StopPatience} after SIGTERM");
            await KillAsync();
        }

        // Before it has come so far as to say that it started, the signal itself ends it: it holds nothing yet.
        await _log;
        var isTooEarly = _process.ExitCode == TerminatedBySignal && !life.HasStarted;
        if (_process.ExitCode != 0 && !isTooEarly && !life.WasKilled)
        {
            _badEnds.Add($"{life} ended with {_process.ExitCode} after SIGTERM");
        }
    }

    /// <summary>Reads its memory, and starts it again if it ended by itself, which is noted: it must not.</summary>
    public void Look()
    {
        if (_isEnding || _process is not { } process)
        {
            return;
        }

        try
        {
            process.Refresh();
            if (!process.HasExited)
            {
                PeakBytes = Math.Max(PeakBytes, process.PeakWorkingSet64);
                return;
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It ended between the two lines: the next look sees that.
            return;
        }

        if (!_isEnding)
        {
            _badEnds.Add($"{doors.Life} ended by itself with {process.ExitCode}");
            Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        await _log;
        await doors.DisposeAsync();
    }

    private async Task WriteLogAsync(Process process, Life life, Task before)
    {
        var (error, ignored) = (process.StandardError, process.StandardOutput.ReadToEndAsync());
        await before;
        await using var file = new StreamWriter(logFile, append: true);
        await file.WriteLineAsync($"--- {life}, process id {process.Id}");
        while (await error.ReadLineAsync() is { } line)
        {
            life.HasStarted |= line.Contains("[5001]", StringComparison.Ordinal);
            await file.WriteLineAsync(line);
        }

        await ignored;
    }
}
