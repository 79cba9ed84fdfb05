using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;
using Jint.Native;

namespace AuditFunctions.Sources.Answers.Script;

/// <summary>An answer of which a function of JavaScript makes a list of events. What the function does not change keeps its bytes.</summary>
/// <param name="program">The script.</param>
internal sealed class ScriptShape(ScriptProgram program) : IAnswerShape
{
    /// <summary>The function.</summary>
    public const string Function = "page";

    // A page has many events.
    private const int MostStatements = 10 * ScriptLimits.MostStatements;

    // A text of .NET has twice its bytes, and parts of it are copies.
    private const int MostText = 32 << 20;

    /// <inheritdoc/>
    public bool GoesByCursor => program.TakesSecond(Function);

    /// <inheritdoc/>
    public bool TakesMarkup => true;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds)
    {
        var bytes = answer[ByteOrderMark.LengthOf(answer.Span)..];
        var isJson = ShapedPage.FaultIn(bytes.Span, bounds) is null;
        if (!isJson && bytes.Length > MostText)
        {
            return $"it is no JSON, and a text of more than {MostText >> 20} MB is not given to a script";
        }

        try
        {
            using var engine = new ScriptEngine(program, bounds.Clock, statements: MostStatements);
            var source = engine.ReadInPlace(isJson ? bytes : "null"u8.ToArray());
            var events = engine.Call(Function, isJson ? source.Root() : new JsString(Encoding.UTF8.GetString(bytes.Span)), bounds.Cursor is { } cursor ? new JsString(cursor) : JsValue.Null);
            into.Write("{"u8);
            WriteEvents(events, new ScriptWriter(into, source, Function), into, bounds);
            WritePage(bytes.Span, isJson, into);
            return null;
        }
        catch (ScriptFailure failure)
        {
            throw new ScriptFault("events", failure);
        }
    }

    private static void WriteEvents(JsValue events, ScriptWriter writer, PooledBytes into, ShapeBounds bounds)
    {
        if (events is JsNull or JsUndefined)
        {
            return;
        }

        if (events is not JsArray list)
        {
            throw new ScriptFailure($"{Function}: gave back what is no list of events");
        }

        into.Write("\"events\":["u8);
        var isFirst = true;
        foreach (var one in list)
        {
            bounds.Step(into.Length);
            if (one is not (ScriptObject or JsObject))
            {
                throw new ScriptFailure($"{Function}: gave back a list that holds what is no object");
            }

            into.Write(isFirst ? ""u8 : ","u8);
            writer.Write(one);
            isFirst = false;
        }

        into.Write("],"u8);
    }

    private static void WritePage(ReadOnlySpan<byte> answer, bool isJson, PooledBytes into)
    {
        into.Write("\"page\":"u8);
        if (isJson)
        {
            into.Write(answer);
        }
        else
        {
            into.WriteUtf8AsText(answer);
        }

        into.Write("}"u8);
    }
}
