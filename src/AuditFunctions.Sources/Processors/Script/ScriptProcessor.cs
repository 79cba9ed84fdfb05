using AuditFunctions.Sources.Scripts;
using Jint.Native;

namespace AuditFunctions.Sources.Processors.Script;

/// <summary>Calls a function of JavaScript for each event. What the function does not change keeps its bytes.</summary>
internal sealed class ScriptProcessor(ScriptProgram program) : IProcessor
{
    private const string Function = "process";
    private const int MostParts = 10_000;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "script",
        "`code`: JavaScript with a function `process(event)`",
        "What the function returns takes the event's place: an event, a list of events, or nothing, which leaves it out; `true` keeps it. See [scripts](#scripts).",
        (reader, _) => new ScriptProcessor(ScriptCode.Read(reader, Function, "event")));

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var running = call.Page.StateOf(this, () => new RunningScript(program, call.Page.Clock));
        try
        {
            var source = running.Engine.Read(json);
            var root = source.Root();
            var result = running.Engine.Call(Function, root);
            return Take(result, root, new ScriptWriter(call.Output, source, Function), call);
        }
        catch (ScriptFailure failure)
        {
            return call.Fail(running.After(failure));
        }
    }

    private static ProcessorOutcome Take(JsValue result, JsValue root, ScriptWriter writer, ProcessorCall call)
    {
        if (ReferenceEquals(result, root))
        {
            return result is JsNull ? ProcessorOutcome.Dropped : writer.Write(result) ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
        }

        switch (result)
        {
            case JsNull or JsUndefined:
                return ProcessorOutcome.Dropped;
            case JsBoolean flag:
                return flag == JsBoolean.True ? ProcessorOutcome.Unchanged : ProcessorOutcome.Dropped;
            case JsArray list:
                return TakeList(list, root, writer, call);
            case JsString or JsNumber:
                return call.Fail($"{Function}: gave back a text or number; allowed: an event, a list of events, nothing, true or false");
            default:
                writer.Write(result);
                return ProcessorOutcome.Changed;
        }
    }

    private static ProcessorOutcome TakeList(JsArray list, JsValue root, ScriptWriter writer, ProcessorCall call)
    {
        if (list.Length == 0)
        {
            return ProcessorOutcome.Dropped;
        }

        if (list.Length > MostParts)
        {
            return call.Fail($"{Function}: gave back more than {MostParts:N0} events");
        }

        var isChanged = list.Length > 1;
        foreach (var one in list)
        {
            if (one is not (ScriptObject or JsObject))
            {
                return call.Fail($"{Function}: gave back a list that holds what is no object");
            }

            isChanged |= writer.Write(one) || !ReferenceEquals(one, root);
            call.PartEnds.Add(call.Output.Length);
        }

        if (list.Length > 1)
        {
            return ProcessorOutcome.Split;
        }

        call.PartEnds.Clear();
        return isChanged ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
    }
}
