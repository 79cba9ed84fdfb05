using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.SelfHosting;

/// <summary>Listens to the pipeline's own metrics and adds them up by source.</summary>
public sealed class RunCounts : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Source), long> _sums = new();
    private readonly MeterListener _listener = new();

    /// <summary>Counts from here on.</summary>
    /// <param name="meters">Whose metrics are meant; null for those of every host in this process.</param>
    public RunCounts(IMeterFactory? meters = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineMetrics.MeterName && (meters is null || ReferenceEquals(instrument.Meter.Scope, meters)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var (key, tag) in tags)
            {
                if (key == "source")
                {
                    _sums.AddOrUpdate((instrument.Name, (string)tag!), value, (_, sum) => sum + value);
                }
            }
        });
        _listener.Start();
    }

    /// <summary>Events that were fetched and sent on, of all sources.</summary>
    public long Fetched => SumOf(PipelineMetrics.FetchedName);

    /// <summary>Events that destinations have taken, of all sources; an event counts once for each of its destinations.</summary>
    public long Delivered => SumOf(PipelineMetrics.DeliveredName);

    /// <summary>Events that went to the dead letters, of all sources.</summary>
    public long DeadLettered => SumOf(PipelineMetrics.DeadLetteredName);

    /// <summary>Events of a source that were fetched and sent on.</summary>
    public long FetchedOf(string source) => _sums.GetValueOrDefault((PipelineMetrics.FetchedName, source));

    /// <summary>Events of a source that destinations have taken.</summary>
    public long DeliveredOf(string source) => _sums.GetValueOrDefault((PipelineMetrics.DeliveredName, source));

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private long SumOf(string instrument) => _sums.Where(sum => sum.Key.Instrument == instrument).Sum(sum => sum.Value);
}
