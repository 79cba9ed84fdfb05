using System.Collections.Concurrent;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.EndToEnd;

namespace AuditFunctions.Tests.Crashes;

/// <summary>The hooks of a run: they kill the process at its point, and let everything pass afterwards.</summary>
internal sealed class SweepKill
{
    private readonly SweepPoint? _point;
    private readonly TaskCompletionSource<AuditfnProcess> _process = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<RelayCall> _calls = new();

    public SweepKill(RelayHooks hooks, SweepPoint? point)
    {
        _point = point;
        hooks.Before = BeforeAsync;
        hooks.After = AfterAsync;
    }

    /// <summary>The call at which the process was killed.</summary>
    public RelayCall? At { get; private set; }

    /// <summary>The calls so far.</summary>
    public IReadOnlyCollection<RelayCall> Calls => _calls;

    /// <summary>The process to kill.</summary>
    public void Arm(AuditfnProcess process) => _process.SetResult(process);

    private async ValueTask<RelayVerdict> BeforeAsync(RelayCall call, CancellationToken ct)
    {
        _calls.Enqueue(call);
        return _point is { After: false } && call.Number == _point.Call ? await KillAsync(call) : RelayVerdict.Passed;
    }

    private async ValueTask<RelayVerdict> AfterAsync(RelayCall call, int status, CancellationToken ct) =>
        _point is { After: true } && call.Number == _point.Call ? await KillAsync(call) : RelayVerdict.Passed;

    private async Task<RelayVerdict> KillAsync(RelayCall call)
    {
        At = call;
        await (await _process.Task).KillAsync();
        return new RelayVerdict.Reset();
    }
}
