using Microsoft.Extensions.Logging;

namespace AuditFunctions.Logging;

/// <summary>Makes the loggers that <see cref="HostConsole"/> describes.</summary>
/// <param name="worker">The worker's provider.</param>
/// <param name="output">Standard output; the host shows it as information.</param>
/// <param name="error">Standard error; the host shows a line with "warn" in it as a warning and one with "error" as an error.</param>
internal sealed class HostConsoleProvider(ILoggerProvider worker, TextWriter output, TextWriter error)
    : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        var logger = worker.CreateLogger(categoryName);
        return categoryName.StartsWith("AuditFunctions.", StringComparison.Ordinal)
            ? new HostConsoleLogger(logger, _scopes, output, error)
            : logger;
    }

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider)
    {
        _scopes = scopeProvider;
        (worker as ISupportExternalScope)?.SetScopeProvider(scopeProvider);
    }

    /// <inheritdoc/>
    public void Dispose() => worker.Dispose();
}
