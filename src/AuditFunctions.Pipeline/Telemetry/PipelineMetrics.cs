using System.Diagnostics.Metrics;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>Counts what the pipeline does, in meter <c>AuditFunctions</c>. Dimensions are names of sources and destinations only, never event content.</summary>
public sealed class PipelineMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AuditFunctions";

    /// <summary>Events fetched and sent on, by source.</summary>
    public const string FetchedName = "auditfunctions.events.fetched";

    /// <summary>Events that a destination has taken, by source and destination.</summary>
    public const string DeliveredName = "auditfunctions.events.delivered";

    private readonly Counter<long> _fetched;
    private readonly Counter<long> _suppressed;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _deferred;
    private readonly Counter<long> _cut;

    /// <summary>Made by the container.</summary>
    public PipelineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _fetched = meter.CreateCounter<long>(FetchedName, "{event}", "Events fetched and sent on.");
        _suppressed = meter.CreateCounter<long>("auditfunctions.events.suppressed", "{event}", "Events that were listed again and dropped as known.");
        _delivered = meter.CreateCounter<long>(DeliveredName, "{event}", "Events that a destination has taken.");
        _batches = meter.CreateCounter<long>("auditfunctions.batches.delivered", "{batch}", "Batches that a destination has taken.");
        _deadLettered = meter.CreateCounter<long>("auditfunctions.events.dead_lettered", "{event}", "Events given up on, kept with their reason.");
        _deferred = meter.CreateCounter<long>("auditfunctions.deliveries.deferred", "{delivery}", "Deliveries put off because a destination did not take them.");
        _cut = meter.CreateCounter<long>("auditfunctions.events.cut", "{event}", "Events too large for their destination, delivered cut.");
    }

    /// <summary>Events of a page were sent on.</summary>
    public void Fetched(string source, int events, int suppressed)
    {
        _fetched.Add(events, new KeyValuePair<string, object?>("source", source));
        if (suppressed > 0)
        {
            _suppressed.Add(suppressed, new KeyValuePair<string, object?>("source", source));
        }
    }

    /// <summary>A batch was delivered.</summary>
    public void Delivered(string source, string destination, int events)
    {
        _delivered.Add(events, new("source", source), new("destination", destination));
        _batches.Add(1, new("source", source), new("destination", destination));
    }

    /// <summary>A batch went to the dead letters.</summary>
    public void DeadLettered(string source, string destination, int events) =>
        _deadLettered.Add(events, new("source", source), new("destination", destination));

    /// <summary>An event is sent cut.</summary>
    public void Cut(string source, string destination) => _cut.Add(1, new("source", source), new("destination", destination));

    /// <summary>A delivery was put off.</summary>
    public void Deferred(string destination) => _deferred.Add(1, new KeyValuePair<string, object?>("destination", destination));
}
