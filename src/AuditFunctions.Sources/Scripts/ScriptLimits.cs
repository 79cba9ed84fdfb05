using Jint;

namespace AuditFunctions.Sources.Scripts;

/// <summary>
/// What one call of a script may use. Statements come first, since they are the same on every machine; memory and time are the last guards, for what a
/// single statement can do.
/// </summary>
/// <param name="mostStatements">Statements that a call may run.</param>
/// <param name="time">Measures how long a call takes.</param>
internal sealed class ScriptLimits(int mostStatements, TimeProvider time) : Constraint
{
    /// <summary>Statements that a call for one event may run.</summary>
    public const int MostStatements = 100_000;

    /// <summary>Calls of one function inside each other.</summary>
    public const int MostDepth = 100;

    /// <summary>Bytes that a call may allocate.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Elements that an array may have room for.</summary>
    public const int MostElements = 131_072;

    /// <summary>Characters of a text that one call of a built-in function makes.</summary>
    public const int MostCharacters = 1_000_000;

    private const int TimeEvery = 256;

    private long _allocated;
    private long _started;
    private int _statements;

    /// <summary>Longest that a call may take.</summary>
    public static TimeSpan MostTime { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest that one regular expression may take.</summary>
    public static TimeSpan MostRegexTime { get; } = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public override bool IsAmortizable => false;

    /// <summary>Begins a call.</summary>
    public void Begin()
    {
        _statements = 0;
        _allocated = GC.GetAllocatedBytesForCurrentThread();
        _started = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void Check()
    {
        if (++_statements > mostStatements)
        {
            throw new ScriptFailure($"ran more than {mostStatements:N0} statements");
        }

        if (GC.GetAllocatedBytesForCurrentThread() - _allocated > MostBytes)
        {
            throw new ScriptFailure("took more than 64 MB of memory", isSlow: true);
        }

        if (_statements % TimeEvery == 0 && time.GetElapsedTime(_started) > MostTime)
        {
            throw new ScriptFailure($"took longer than {MostTime.TotalSeconds:N0} s", isSlow: true);
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
    }
}
