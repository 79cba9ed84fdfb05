using System.Diagnostics;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>
/// Traces: one from a tick through its fetches to their deliveries. Messages carry the W3C trace context, so that it holds across queues, instances
/// and hosts. Without a listener nothing is made. Names of sources and destinations are in it, no addresses and nothing of events.
/// </summary>
public static class PipelineTraces
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "AuditFunctions";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The context that a message carries on, in the form of header <c>traceparent</c> (https://www.w3.org/TR/trace-context/); null when nobody listens.</summary>
    public static string? Context => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>A tick.</summary>
    public static Activity? StartTick() => Source.StartActivity("tick", ActivityKind.Internal, parentContext: default);

    /// <summary>A fetch of a partition.</summary>
    public static Activity? StartFetch(string source, string partition, string? context) =>
        Start("fetch", context)?.SetTag("source", source).SetTag("partition", partition);

    /// <summary>A delivery of a batch.</summary>
    public static Activity? StartDelivery(string source, string destination, string batch, string? context) =>
        Start("deliver", context)?.SetTag("source", source).SetTag("destination", destination).SetTag("batch", batch);

    /// <summary>Keeps an activity that brought nothing from being exported: idle polls cost nothing.</summary>
    public static void Forget(Activity? activity)
    {
        if (activity is not null)
        {
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    // The message's context comes before that of the host's own invocation, which is linked: the trace of an event is ours.
    private static Activity? Start(string name, string? context)
    {
        var invocation = Activity.Current?.Context;
        return ActivityContext.TryParse(context, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, ActivityKind.Consumer, parent, links: invocation is { } link && link.TraceId != parent.TraceId ? [new ActivityLink(link)] : null)
            : Source.StartActivity(name, ActivityKind.Consumer);
    }
}
