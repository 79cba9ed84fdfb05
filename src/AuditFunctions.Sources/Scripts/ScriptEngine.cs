using System.Globalization;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace AuditFunctions.Sources.Scripts;

/// <summary>
/// A script in an engine of its own, with nothing but the language: no clock, chance, network, files or types of .NET. What it keeps in variables lasts as
/// long as this object. Not thread safe.
/// </summary>
internal sealed class ScriptEngine : IDisposable
{
    // Not the same everywhere, or a way to wait or to run beside the call.
    private static readonly string[] Gone = ["eval", "Atomics", "SharedArrayBuffer", "ShadowRealm", "WeakRef", "FinalizationRegistry", "Temporal", "Intl", "Promise", "System", "importNamespace"];

    private const string Place = ScriptProgram.Name + ":";

    private readonly Dictionary<string, JsValue> _functions = new(StringComparer.Ordinal);
    private readonly ScriptNames _names = new();
    private readonly ScriptProgram _program;
    private readonly ScriptLimits _limits;
    private readonly Engine _engine;

    /// <summary>Makes the engine and runs what stands outside of the script's functions.</summary>
    /// <param name="program">The script.</param>
    /// <param name="time">Measures how long a call takes; the script does not see it.</param>
    /// <param name="give">Gives the engine more than the language.</param>
    /// <param name="statements">How many statements a call may run.</param>
    /// <exception cref="ScriptFailure">It fails.</exception>
    public ScriptEngine(ScriptProgram program, TimeProvider time, Action<Engine>? give = null, int statements = ScriptLimits.MostStatements)
    {
        _program = program;
        _limits = new ScriptLimits(statements, time);
        _engine = new Engine(options =>
        {
            options.Strict = true;
            options.Culture = CultureInfo.InvariantCulture;
            options.TimeZone = TimeZoneInfo.Utc;
            options.TimeSystem = new NoClock();
            options.Host.StringCompilationAllowed = false;
            options.Constraints.MaxArraySize = ScriptLimits.MostElements;
            options.LimitRecursion(ScriptLimits.MostDepth);
            options.RegexTimeoutInterval(ScriptLimits.MostRegexTime);
            options.Constraint(_limits);
        });
        foreach (var name in Gone)
        {
            _engine.Global.Delete(name);
        }

        ((ObjectInstance)_engine.Global.Get("Math")).Delete("random");
        ((ObjectInstance)_engine.Global.Get("Date")).Delete("now");
        LongTexts.Guard(_engine);
        give?.Invoke(_engine);
        Run("the script", null, []);
    }

    /// <summary>Whether it was stopped in the middle of a call: it must not be used again.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>JSON for the script.</summary>
    public ScriptSource Read(ReadOnlySpan<byte> json) => new(_engine, _names, json.ToArray());

    /// <summary>JSON for the script that is good for as long as the engine is used.</summary>
    public ScriptSource ReadInPlace(ReadOnlyMemory<byte> json) => new(_engine, _names, json);

    /// <summary>An object for the script.</summary>
    public JsObject NewObject() => new(_engine);

    /// <summary>A secret for the script, which cannot read it.</summary>
    public ScriptSecret Secret(string text) => new(_engine, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Calls a function of the script.</summary>
    /// <exception cref="ScriptFailure">It fails, or uses more than it may.</exception>
    public JsValue Call(string function, params JsValue[] arguments)
    {
        if (!_functions.TryGetValue(function, out var found))
        {
            _functions[function] = found = _engine.Global.Get(function);
        }

        return Run(function, found, arguments);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private JsValue Run(string name, JsValue? function, JsValue[] arguments)
    {
        var line = 0;
        _limits.Begin();
        try
        {
            return function is null ? _engine.Evaluate(_program.Prepared) : _engine.Call(function, JsValue.Undefined, arguments);
        }
        catch (JavaScriptException exception)
        {
            throw Failure(name, exception.Location.Start.Line, _program.Words.Of(exception));
        }
        catch (Exception exception) when (Spend(exception, ref line))
        {
            throw exception switch
            {
                ScriptFailure failure => Failure(name, line, failure.Message, failure.IsSlow),
                RecursionDepthOverflowException => Failure(name, line, $"a function calls itself more than {ScriptLimits.MostDepth} times deep"),
                RegexMatchTimeoutException => Failure(name, line, $"a regular expression took longer than {ScriptLimits.MostRegexTime.TotalMilliseconds:N0} ms", isSlow: true),
                MemoryLimitExceededException => Failure(name, line, $"an array has room for more than {ScriptLimits.MostElements:N0} elements"),
                _ => Failure(name, line, $"stopped ({exception.GetType().Name})"),
            };
        }
    }

    private static ScriptFailure Failure(string function, int line, string reason, bool isSlow = false) =>
        new(line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{function}, line {line}: {reason}") : $"{function}: {reason}", isSlow);

    // In a filter, while the stack is still there.
    private bool Spend(Exception exception, ref int line)
    {
        IsSpent = true;
        var trace = _engine.Advanced.StackTrace;
        var at = trace.IndexOf(Place, StringComparison.Ordinal);
        if (at >= 0)
        {
            var digits = trace.AsSpan(at + Place.Length);
            _ = int.TryParse(digits[..Math.Max(digits.IndexOf(':'), 0)], NumberStyles.None, CultureInfo.InvariantCulture, out line);
        }

        return exception is not OutOfMemoryException;
    }
}
