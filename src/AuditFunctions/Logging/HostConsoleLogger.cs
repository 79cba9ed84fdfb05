using AuditFunctions.Configuration;
using AuditFunctions.Invocations;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Logging;

/// <summary>Puts the event id in front of a line, and writes a line that belongs to no invocation to the process's output.</summary>
internal sealed class HostConsoleLogger(ILogger worker, IExternalScopeProvider? scopes, TextWriter output, TextWriter error) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => worker.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => worker.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsInInvocation())
        {
            worker.Log(logLevel, eventId, state, exception, (values, thrown) => WithId(eventId, formatter(values, thrown)));
            return;
        }

        var line = WithId(eventId, formatter(state, exception));
        switch (logLevel)
        {
            case LogLevel.Error or LogLevel.Critical:
                error.WriteLine($"error: {line}");
                break;
            case LogLevel.Warning:
                error.WriteLine($"warn: {line}");
                break;
            default:
                output.WriteLine(line);
                break;
        }
    }

    // Names and answers of others cannot steer a terminal, nor begin a line of their own.
    private static string WithId(EventId eventId, string line) => SafeText.OneLine((eventId.Id == 0 ? line : $"[{eventId.Id}] {line}").ReplaceLineEndings(" "));

    private bool IsInInvocation()
    {
        var found = new Finding();
        scopes?.ForEachScope(
            static (scope, state) => state.Found |= scope is IEnumerable<KeyValuePair<string, object>> values
                && values.Any(value => value.Key == InvocationGate.InvocationKey),
            found);
        return found.Found;
    }

    private sealed class Finding
    {
        public bool Found { get; set; }
    }
}
