using AuditFunctions.Sources.Processors;

namespace AuditFunctions.Sources.Catalogs;

/// <summary>The lists of what a definition may name.</summary>
public static class SourceCatalogs
{
    /// <summary>The actions of processors, in the order of the docs.</summary>
    public static IReadOnlyList<ProcessorAction> Actions { get; } = [.. ProcessorCatalog.Actions.Entries.Select(entry => new ProcessorAction(entry.Name, entry.Keys, entry.What))];

    /// <summary>Loads the lists when a host registers its services, so that a name that is used twice stops the start and not the first row.</summary>
    /// <exception cref="TypeInitializationException">A name is used twice; the inner exception says which.</exception>
    public static void Load()
    {
        _ = PagingCatalog.Kinds;
        _ = AuthCatalog.Schemes;
        _ = ProcessorCatalog.Actions;
    }
}
