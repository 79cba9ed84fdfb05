using AuditFunctions.Hosting;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors;

namespace AuditFunctions.Operations.Processors;

/// <summary>Which of a source's lists are tried.</summary>
public static class ProcessorChoice
{
    /// <summary>The list whose events a destination gets; null when it gets them as they came.</summary>
    /// <param name="source">The source.</param>
    /// <param name="destination">The destination; null for the list of all.</param>
    /// <exception cref="OperationException">The source does not send to it.</exception>
    public static ProcessorList? Of(SourceDefinition source, string? destination) =>
        destination is null ? source.Processors
        : !source.Destinations.Contains(destination) ? throw KnownNames.Unknown("destination of the source", destination, source.Destinations)
        : source.Routes.GetValueOrDefault(destination) ?? source.Processors;

    /// <summary>What to say of lists that were not tried; null when there are none.</summary>
    public static string? Hint(SourceDefinition source, string? destination) => destination is null && source.Routes.Count > 0
        ? $"Destinations with lists of their own: {string.Join(", ", source.Routes.Keys.Order(StringComparer.Ordinal))}. '--destination NAME' shows what one of them gets."
        : null;
}
