using AuditFunctions.Events;
using Jint.Native;

namespace AuditFunctions.Sources.Scripts;

/// <summary>A function of JavaScript says when an event happened, where no path and format can.</summary>
internal sealed class ScriptTimes
{
    /// <summary>The function.</summary>
    public const string Function = "time";

    // A page has many events.
    private const int MostStatements = ScriptLimits.MostStatements / 10;

    private readonly ScriptProgram _program;
    private readonly TimeFormat _format;

    public ScriptTimes(ScriptProgram program, TimeFormat format) => (_program, _format) = (program, format);

    /// <summary>Puts the times of a page's events beside them.</summary>
    /// <param name="page">The page's bytes.</param>
    /// <param name="cut">Its events.</param>
    /// <param name="time">Measures how long a call takes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ScriptFailure">The script fails for an event.</exception>
    public void Read(ReadOnlyMemory<byte> page, CutPage cut, TimeProvider time, CancellationToken cancellationToken)
    {
        var times = new DateTimeOffset?[cut.Count];
        using var engine = new ScriptEngine(_program, time, statements: MostStatements);
        for (var at = 0; at < times.Length; at++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            times[at] = TimeOf(engine.Call(Function, engine.ReadInPlace(page.Slice(cut[at].Start, cut[at].Length)).Root()));
        }

        cut.Times = times;
    }

    private DateTimeOffset? TimeOf(JsValue value)
    {
        switch (value)
        {
            case JsNull or JsUndefined:
                return null;
            case JsNumber or JsDate:
                var milliseconds = value is JsDate date ? date.DateValue : Jint.Runtime.TypeConverter.ToNumber(value);
                return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                    ? DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))
                    : null;
            case JsString text:
                return _format.TryRead(System.Text.Encoding.UTF8.GetBytes(text.ToString()), out var at) ? at : null;
            default:
                throw new ScriptFailure($"{Function}: gave back what is no Date, number (milliseconds since 1970), text in ISO 8601 or nothing");
        }
    }
}
