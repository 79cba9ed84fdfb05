using AuditFunctions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AuditFunctions.Cli.Output;

/// <summary>The console's log, a line for each message: what names and answers of others hold cannot steer the terminal or begin a line of its own.</summary>
/// <param name="console">Writes the lines.</param>
[ProviderAlias("Console")]
internal sealed class SafeConsole(ConsoleLoggerProvider console) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(console.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void Dispose() => console.Dispose();

    private sealed class Logger(ILogger lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => lines.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => lines.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (lines.IsEnabled(logLevel))
            {
                // An exception would be written as it is, and a library's may repeat what others wrote.
                var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}";
                lines.Log(logLevel, eventId, SafeText.OneLine(text.ReplaceLineEndings(" ")), exception: null, static (line, _) => line);
            }
        }
    }
}
