using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Cli.Demo;

/// <summary>Listens to the pipeline's own metrics and adds them up by source.</summary>
internal sealed class DemoCounts : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Source), long> _sums = new();
    private readonly MeterListener _listener = new();

    public DemoCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineMetrics.MeterName)
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

    /// <summary>Events of a source that were fetched and sent on.</summary>
    public long FetchedOf(string source) => _sums.GetValueOrDefault(("auditfunctions.events.fetched", source));

    /// <summary>Events of a source that the SIEM has taken.</summary>
    public long ShippedOf(string source) => _sums.GetValueOrDefault(("auditfunctions.events.delivered", source));

    public void Dispose() => _listener.Dispose();
}
