using AuditFunctions.Sources.Scripts;

namespace AuditFunctions.Sources.Processors.Script;

/// <summary>A script at work on the events of one page. Not thread safe.</summary>
internal sealed class RunningScript(ScriptProgram program, TimeProvider time) : IDisposable
{
    private const int MostSlow = 10;

    private ScriptEngine? _engine;
    private int _slow;

    /// <summary>The script's engine; a new one after it was stopped in the middle of an event, of which nothing must stay.</summary>
    /// <exception cref="ScriptFailure">It fails before it has begun, or took too long with too many events.</exception>
    public ScriptEngine Engine
    {
        get
        {
            if (_slow == MostSlow)
            {
                throw new ScriptFailure($"not called any more: {MostSlow} events of this page took too long");
            }

            if (_engine is { IsSpent: true })
            {
                _engine.Dispose();
                _engine = null;
            }

            return _engine ??= new ScriptEngine(program, time);
        }
    }

    /// <summary>Counts what must not go on for long.</summary>
    /// <returns>What the failure says.</returns>
    public string After(ScriptFailure failure)
    {
        _slow += failure.IsSlow ? 1 : 0;
        return failure.Message;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine?.Dispose();
}
