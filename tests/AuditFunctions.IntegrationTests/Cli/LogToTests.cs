using AuditFunctions.Cli.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AuditFunctions.Tests.Cli;

/// <summary>What <c>auditfn run</c> logs to a terminal.</summary>
public sealed class LogToTests
{
    [Fact]
    public void Text_of_others_steers_no_terminal_and_begins_no_line()
    {
        using var services = new ServiceCollection().AddSingleton<ConsoleFormatter, Kept>().AddLogging(logging => LogTo.StandardError(logging, LogLevel.Information))
            .Configure<ConsoleLoggerOptions>(console => console.FormatterName = nameof(Kept)).BuildServiceProvider();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger("x");
        log.Log(LogLevel.Warning, new EventId(1003), "row a\u001b[2J\r\n12:00:00 info: all is well\u202e", null, static (text, _) => text);
        log.Log(LogLevel.Error, new EventId(2010), "fault", new FormatException("'\u001b]0;x\u0007\n12:00:00 info: fine\u061c' is no number"), static (text, _) => text);
        log.Log(LogLevel.Debug, new EventId(1004), "not wanted", null, static (text, _) => text);
        var kept = Assert.Single(services.GetServices<ConsoleFormatter>().OfType<Kept>());
        Assert.Equal(
            ["Warning x 1003 row a\\u001B[2J 12:00:00 info: all is well\\u202E", "Error x 2010 fault System.FormatException: '\\u001B]0;x\\u0007 12:00:00 info: fine\\u061C' is no number"], kept.Lines);
    }

    private sealed class Kept() : ConsoleFormatter(nameof(Kept))
    {
        public List<string> Lines { get; } = [];

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
            Lines.Add($"{logEntry.LogLevel} {logEntry.Category} {logEntry.EventId.Id} {logEntry.Formatter(logEntry.State, logEntry.Exception)}{logEntry.Exception}");
    }
}
