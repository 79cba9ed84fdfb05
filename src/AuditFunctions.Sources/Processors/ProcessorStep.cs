using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors;

/// <summary>One entry of a list.</summary>
/// <param name="Name">What it is counted under: its own name, or its place and action.</param>
/// <param name="Action">The word of its action.</param>
/// <param name="Processor">The action.</param>
/// <param name="Condition">Which events it is for; null for all.</param>
internal sealed record ProcessorStep(string Name, string Action, IProcessor Processor, ICondition? Condition)
{
    /// <summary>Why an action fails of which the event would become too long.</summary>
    public const string TooLong = "the event would become longer than 16 MB";

    /// <summary>Applies it. A bug in one action must not stop the page: it fails that action alone.</summary>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        try
        {
            return Condition is null || Condition.Holds(json, call.Search) ? Processor.Apply(json, call) : ProcessorOutcome.Unchanged;
        }
        catch (ProcessorBufferException)
        {
            return call.Fail(TooLong);
        }
        catch (RegexMatchTimeoutException)
        {
            return call.FailSlow(string.Create(CultureInfo.InvariantCulture, $"a regular expression took longer than {RegexSetting.MostTime.TotalSeconds:0} s on one event"));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return call.Fail($"a fault of the action ({exception.GetType().Name}); report it");
        }
    }
}
