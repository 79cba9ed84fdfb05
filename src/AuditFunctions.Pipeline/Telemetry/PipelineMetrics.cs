using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>
/// Counts what the pipeline does, in meter <c>AuditFunctions</c>. Dimensions are names of sources, destinations and queues and words from short lists,
/// never event content: how many series there are is bounded by the rows.
/// </summary>
public sealed class PipelineMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AuditFunctions";

    /// <summary>Events fetched and sent on, by source.</summary>
    public const string FetchedName = "auditfunctions.events.fetched";

    /// <summary>Events that a destination has taken, by source and destination.</summary>
    public const string DeliveredName = "auditfunctions.events.delivered";

    /// <summary>Name of the counter of events that went to the dead letters.</summary>
    public const string DeadLetteredName = "auditfunctions.events.dead_lettered";

    // From a second to a day: what delivery times are made of.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 43_200, 86_400] };

    private readonly Counter<long> _fetched;
    private readonly Counter<long> _suppressed;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _rawBytes;
    private readonly Counter<long> _sentBytes;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _deliveryTime;
    private readonly Histogram<double> _remoteTime;
    private readonly Histogram<double> _waitTime;
    private readonly Histogram<double> _runTime;
    private readonly Gauge<double> _freshness;
    private readonly Gauge<int> _states;
    private readonly Gauge<long> _backlog;
    private readonly Gauge<long> _queued;
    private readonly Gauge<double> _queueAge;
    private readonly Counter<long> _cut;
    private readonly Counter<long> _idChanged;
    private readonly Counter<long> _processorDropped;
    private readonly Counter<long> _processorFailed;

    /// <summary>Made by the container.</summary>
    public PipelineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _fetched = meter.CreateCounter<long>(FetchedName, "{event}", "Events fetched and sent on.");
        _suppressed = meter.CreateCounter<long>("auditfunctions.events.suppressed", "{event}", "Events that were listed again and dropped as known.");
        _delivered = meter.CreateCounter<long>(DeliveredName, "{event}", "Events that a destination has taken.");
        _deadLettered = meter.CreateCounter<long>(DeadLetteredName, "{event}", "Events given up on, kept with their reason.");
        _requests = meter.CreateCounter<long>("auditfunctions.requests", "{request}", "Requests for a page, by what came of them.");
        _sent = meter.CreateCounter<long>("auditfunctions.batches.sent", "{batch}", "Batches sent on: put into the queue, or delivered by the fetch.");
        _batches = meter.CreateCounter<long>("auditfunctions.batches.delivered", "{batch}", "Batches that a destination has taken.");
        _rawBytes = meter.CreateCounter<long>("auditfunctions.bytes.raw", "By", "Bytes of bodies before compression.");
        _sentBytes = meter.CreateCounter<long>("auditfunctions.bytes.compressed", "By", "Bytes of bodies after compression.");
        _deliveries = meter.CreateCounter<long>("auditfunctions.deliveries", "{delivery}", "Attempts to deliver a batch, by what came of them.");
        _deliveryTime = meter.CreateHistogram("auditfunctions.delivery.time", "s", "From a batch's newest event to its delivery.", advice: Seconds);
        _remoteTime = meter.CreateHistogram("auditfunctions.delivery.remote", "s", "R: the vendor's share of it.", advice: Seconds);
        _waitTime = meter.CreateHistogram("auditfunctions.delivery.wait", "s", "S: the wait for the next poll.", advice: Seconds);
        _runTime = meter.CreateHistogram("auditfunctions.delivery.run", "s", "F: from the start of the poll to the delivery.", advice: Seconds);
        _freshness = meter.CreateGauge<double>("auditfunctions.source.freshness", "s", "Age of the newest event of a source.");
        _states = meter.CreateGauge<int>("auditfunctions.source.state", "1", "1 for the state that a source is in, 0 for one that it left.");
        _backlog = meter.CreateGauge<long>("auditfunctions.destination.backlog", "{batch}", "Batches that wait for a destination, about.");
        _queued = meter.CreateGauge<long>("auditfunctions.queue.messages", "{message}", "Messages in a queue, hidden ones too.");
        _queueAge = meter.CreateGauge<double>("auditfunctions.queue.age", "s", "Age of a queue's oldest visible message.");
        _cut = meter.CreateCounter<long>("auditfunctions.events.cut", "{event}", "Events too large for their destination, delivered cut.");
        _idChanged = meter.CreateCounter<long>("auditfunctions.events.id_changed", "{event}", "Events that were dropped as sent although their bytes have changed.");
        _processorDropped = meter.CreateCounter<long>("auditfunctions.processors.dropped", "{event}", "Events that a processor left out.");
        _processorFailed = meter.CreateCounter<long>("auditfunctions.processors.failed", "{event}", "Events that a processor failed on.");
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

    /// <summary>Events were dropped as sent, by their ids, although their bytes are others.</summary>
    public void IdChanged(string source, int events) => _idChanged.Add(events, new KeyValuePair<string, object?>("source", source));

    /// <summary>A processor is done with a page.</summary>
    public void Processed(string source, string processor, int dropped, int failed)
    {
        if (dropped > 0)
        {
            _processorDropped.Add(dropped, new("source", source), new("processor", processor));
        }

        if (failed > 0)
        {
            _processorFailed.Add(failed, new("source", source), new("processor", processor));
        }
    }

    /// <summary>A vendor was asked for a page.</summary>
    /// <param name="source">The source.</param>
    /// <param name="outcome"><c>page</c>, <c>throttled</c>, <c>refused</c> or <c>failed</c>.</param>
    public void Asked(string source, string outcome) => _requests.Add(1, new("source", source), new("outcome", outcome));

    /// <summary>A batch was put into the queue.</summary>
    public void Sent(string source, string destination, int rawBytes, int compressedBytes)
    {
        _sent.Add(1, new("source", source), new("destination", destination));
        _rawBytes.Add(rawBytes, new KeyValuePair<string, object?>("destination", destination));
        _sentBytes.Add(compressedBytes, new KeyValuePair<string, object?>("destination", destination));
    }

    /// <summary>Events of a batch that was rejected as a whole were delivered.</summary>
    public void Delivered(string source, string destination, int events) =>
        _delivered.Add(events, new("source", source), new("destination", destination));

    /// <summary>A batch was delivered.</summary>
    public void Delivered(ShipMessage batch, DeliveryParts? parts)
    {
        var source = new KeyValuePair<string, object?>("source", batch.Source);
        var destination = new KeyValuePair<string, object?>("destination", batch.Destination);
        _delivered.Add(batch.Events, source, destination);
        _batches.Add(1, source, destination);
        Attempted(batch.Destination, "delivered");
        if (parts is { } known)
        {
            _deliveryTime.Record(known.Total.TotalSeconds, source, destination);
            _remoteTime.Record(known.Remote.TotalSeconds, source, destination);
            _waitTime.Record(known.Waited.TotalSeconds, source, destination);
            _runTime.Record(known.Run.TotalSeconds, source, destination);
        }
    }

    /// <summary>Events went to the dead letters.</summary>
    public void DeadLettered(string source, string destination, int events) =>
        _deadLettered.Add(events, new("source", source), new("destination", destination));

    /// <summary>An event is sent cut.</summary>
    public void Cut(string source, string destination) => _cut.Add(1, new("source", source), new("destination", destination));

    /// <summary>A delivery was put off.</summary>
    public void Deferred(string destination) => Attempted(destination, "deferred");

    /// <summary>A destination took nothing until somebody changes something.</summary>
    public void Refused(string destination) => Attempted(destination, "refused");

    /// <summary>A destination did not take the content.</summary>
    public void Rejected(string destination) => Attempted(destination, "rejected");

    /// <summary>How a source is doing, at a tick.</summary>
    /// <param name="source">The source.</param>
    /// <param name="state">Its state, in one word of a short list.</param>
    /// <param name="before">The state that this process recorded before: it ends, else both would stand side by side in whatever keeps the last value of each.</param>
    /// <param name="freshness">How old its newest event is; null when it has none.</param>
    public void SourceSeen(string source, string state, string? before, TimeSpan? freshness)
    {
        if (before is { } left && !string.Equals(left, state, StringComparison.Ordinal))
        {
            SourceGone(source, left);
        }

        _states.Record(1, new("source", source), new("state", state));
        if (freshness is { } age)
        {
            _freshness.Record(age.TotalSeconds, new KeyValuePair<string, object?>("source", source));
        }
    }

    /// <summary>A source is in a state no more.</summary>
    public void SourceGone(string source, string state) => _states.Record(0, new("source", source), new("state", state));

    /// <summary>How many batches wait for a destination, at a tick.</summary>
    public void BacklogSeen(string destination, long batches) => _backlog.Record(batches, new KeyValuePair<string, object?>("destination", destination));

    /// <summary>How a queue is doing, at a tick.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="messages">About how many messages it holds, hidden ones too.</param>
    /// <param name="oldest">Age of the oldest that nobody has taken; zero when there is none.</param>
    public void QueueSeen(string queue, int messages, TimeSpan oldest)
    {
        _queued.Record(messages, new KeyValuePair<string, object?>("queue", queue));
        _queueAge.Record(oldest.TotalSeconds, new KeyValuePair<string, object?>("queue", queue));
    }

    /// <summary>Messages that the Functions host gave up on.</summary>
    public void PoisonSeen(string queue, int messages) => _queued.Record(messages, new KeyValuePair<string, object?>("queue", queue));

    private void Attempted(string destination, string outcome) => _deliveries.Add(1, new("destination", destination), new("outcome", outcome));
}
