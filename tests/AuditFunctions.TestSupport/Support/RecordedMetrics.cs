using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Tests.Support;

/// <summary>What one installation's meter records.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Point> _points = new();

    public RecordedMetrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineMetrics.MeterName && instrument.Meter.Scope == factory)
            {
                Instruments.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every instrument, recorded or not.</summary>
    public HashSet<string> Instruments { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Point> All => [.. _points];

    /// <summary>The records of one instrument, as <c>tag=value,…: number</c>; they are forgotten.</summary>
    public IReadOnlyList<string> Take(string instrument)
    {
        var all = All;
        _points.Clear();
        foreach (var other in all.Where(point => point.Instrument != instrument))
        {
            _points.Enqueue(other);
        }

        return [.. all.Where(point => point.Instrument == instrument).Select(point => $"{string.Join(',', point.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}: {point.Value:0.###}")];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _points.Enqueue(new Point(instrument.Name, value, tags.ToArray()));

    internal sealed record Point(string Instrument, double Value, IReadOnlyList<KeyValuePair<string, object?>> Tags);
}
