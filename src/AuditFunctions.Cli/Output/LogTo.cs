using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AuditFunctions.Cli.Output;

/// <summary>Where logs go: standard error, a line each, so that standard output holds data only.</summary>
internal static class LogTo
{
    public static void StandardError(ILoggingBuilder logging, LogLevel least)
    {
        logging.SetMinimumLevel(least);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });

        // The console's own provider writes what it gets as it is.
        logging.Services.Remove(logging.Services.Single(service => service.ImplementationType == typeof(ConsoleLoggerProvider)));
        logging.Services.AddSingleton<ConsoleLoggerProvider>().AddSingleton<ILoggerProvider, SafeConsole>();
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Nothing at all.</summary>
    public static void Nowhere(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.None);
}
