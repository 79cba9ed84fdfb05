using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using Azure;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>Sources, destinations and templates of the installation's own, as their rows say now. Thread safe.</summary>
/// <param name="storage">Where they are.</param>
/// <param name="shipped">The templates that need no row.</param>
/// <param name="time">The clock.</param>
public sealed class DefinitionCache(StorageAccount storage, TemplateCatalog shipped, TimeProvider time)
{
    /// <summary>How old rows may be for the pipeline's work: somebody may have edited them since they were last read.</summary>
    public static readonly TimeSpan UsualMaxAge = TimeSpan.FromSeconds(15);

    private readonly DefinedRows<SourceTemplate> _templates = new(RowTable.OfTemplates(storage), time);
    private readonly DefinedRows<SourceDefinition> _sources = new(RowTable.OfSources(storage), time);
    private readonly DefinedRows<DestinationDefinition> _destinations = new(RowTable.OfDestinations(storage), time);
    private Catalog _catalog = new([], new DefinitionReader(shipped));

    /// <summary>All sources.</summary>
    public async Task<IReadOnlyDictionary<string, DefinedRow<SourceDefinition>>> SourcesAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var catalog = await CatalogAsync(maxAge, cancellationToken);
        return await _sources.GetAsync(catalog.Reader.Read, catalog, maxAge, cancellationToken);
    }

    /// <summary>All destinations.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>>> DestinationsAsync(TimeSpan maxAge, CancellationToken cancellationToken) =>
        _destinations.GetAsync(DestinationCatalog.Read, this, maxAge, cancellationToken);

    /// <summary>The templates of the installation's own; none in an installation whose table was not made yet.</summary>
    public async Task<IReadOnlyDictionary<string, DefinedRow<SourceTemplate>>> OwnTemplatesAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            return await _templates.GetAsync(OwnTemplate.Read, this, maxAge, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
            return new Dictionary<string, DefinedRow<SourceTemplate>>(StringComparer.Ordinal);
        }
    }

    private async Task<Catalog> CatalogAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var own = await OwnTemplatesAsync(maxAge, cancellationToken);
        var known = Volatile.Read(ref _catalog);
        if (known.Own.Count == own.Count && known.Own.All(row => ReferenceEquals(own.GetValueOrDefault(row.Row.Name), row)))
        {
            return known;
        }

        // Two callers at once may both do this: then all sources are parsed once more.
        DefinedRow<SourceTemplate>[] rows = [.. own.Values];
        var made = new Catalog(rows, new DefinitionReader(shipped.With(rows.Select(row => row.Row))));
        Volatile.Write(ref _catalog, made);
        return made;
    }

    private sealed record Catalog(IReadOnlyList<DefinedRow<SourceTemplate>> Own, DefinitionReader Reader);
}
