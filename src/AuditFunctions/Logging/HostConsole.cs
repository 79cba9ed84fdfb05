using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Logging;

/// <summary>
/// Makes our log lines readable in the Functions host's console: with their event ids, and also those that belong to no invocation
/// (storage that is away at the start, a stop), which the host drops when they come as logs. It shows whatever a worker writes to its
/// output.
/// </summary>
internal static class HostConsole
{
    /// <summary>Puts it in front of the worker's own way to the host.</summary>
    /// <exception cref="InvalidOperationException">The worker has no such way any more.</exception>
    public static void AddHostConsole(this IServiceCollection services, TextWriter output, TextWriter error)
    {
        var worker = services.SingleOrDefault(service =>
            service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType?.Name == "WorkerLoggerProvider");
        if (worker?.ImplementationType is not { } type)
        {
            throw new InvalidOperationException("The worker's log provider is not registered as this version of the app expects.");
        }

        services.Remove(worker);
        services.AddSingleton<ILoggerProvider>(provider =>
            new HostConsoleProvider((ILoggerProvider)ActivatorUtilities.CreateInstance(provider, type), output, error));
    }
}
