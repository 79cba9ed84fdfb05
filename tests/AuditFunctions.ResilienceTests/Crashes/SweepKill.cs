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
    private readonly Lock _gate = new();
    private RelayCall? _chosen;
    private long _count;

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
        Choose(call);
        return _point is { After: false } && call == _chosen ? await KillAsync(call) : RelayVerdict.Passed;
    }

    private async ValueTask<RelayVerdict> AfterAsync(RelayCall call, int status, CancellationToken ct) =>
        _point is { After: true } && call == _chosen ? await KillAsync(call) : RelayVerdict.Passed;

    private void Choose(RelayCall call)
    {
        lock (_gate)
        {
            var isIt = _point?.Kind is { } kind ? SweepPoint.KindOf(SweepPoint.Describe(call)) == kind && ++_count == _point.Call : call.Number == _point?.Call;
            _chosen = isIt ? call : _chosen;
        }
    }

    private async Task<RelayVerdict> KillAsync(RelayCall call)
    {
        At = call;
        await (await _process.Task).KillAsync();
        return new RelayVerdict.Reset();
    }
}
