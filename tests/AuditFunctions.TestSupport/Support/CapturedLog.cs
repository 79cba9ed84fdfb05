using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Support;

/// <summary>Everything that is logged, from trace level on: the text, its values and the whole exception.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(EventId Id, string Text)> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.Text)];

    /// <summary>The lines of one event id.</summary>
    public IReadOnlyList<string> Of(int id) => [.. _lines.Where(line => line.Id.Id == id).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
        _lines.Enqueue((eventId, $"{logLevel} {formatter(state, exception)} {values} {exception}"));
    }

    public void Dispose()
    {
    }
}
