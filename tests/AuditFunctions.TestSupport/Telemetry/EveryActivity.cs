using System.Diagnostics;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Tests.Telemetry;

/// <summary>Every activity as it is really started.</summary>
internal static class EveryActivity
{
    // A fetch gets it at its end.
    private const string Outcome = "outcome";

    public static IReadOnlyList<string> Names() => [.. Started().Select(activity => activity.OperationName)];

    public static IReadOnlyList<string> Tags() => [.. Started().SelectMany(activity => activity.Tags).Select(tag => tag.Key).Append(Outcome)];

    private static List<Activity> Started()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var all = new[] { PipelineTraces.StartTick(), PipelineTraces.StartFetch("s", "p", null), PipelineTraces.StartDelivery("s", "d", "b", null) };
        foreach (var activity in all.Reverse())
        {
            activity!.Dispose();
        }

        return [.. all.OfType<Activity>()];
    }
}
