using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Adding;

/// <summary>The tables of an installation.</summary>
public sealed class TablePlace : IRowPlace
{
    private readonly Installation _installation;
    private readonly HashSet<string> _sources;
    private readonly HashSet<string> _destinations;

    private TablePlace(Installation installation, TemplateCatalog templates, IEnumerable<string> sources, IEnumerable<string> destinations)
    {
        _installation = installation;
        Templates = templates;
        _sources = sources.ToHashSet(StringComparer.Ordinal);
        _destinations = destinations.ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Title => "the tables";

    /// <inheritdoc/>
    public TemplateCatalog Templates { get; }

    /// <summary>Reads what is there.</summary>
    public static async Task<TablePlace> OpenAsync(Installation installation, CancellationToken cancellationToken)
    {
        var own = await installation.OwnTemplatesAsync(cancellationToken);
        return new TablePlace(
            installation,
            installation.TemplatesWith(own.Values.Select(row => row.Row)),
            (await installation.SourcesAsync(cancellationToken)).Keys,
            (await installation.DestinationsAsync(cancellationToken)).Keys);
    }

    /// <inheritdoc/>
    public IReadOnlySet<string> Names(RowKind kind) => kind == RowKind.Source ? _sources : _destinations;

    /// <inheritdoc/>
    public DesiredRows Check(FileRow row) => DesiredRows.Check([row], Templates, [], _destinations);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowProblem>> AddAsync(FileRow row, CancellationToken cancellationToken)
    {
        // A dialogue takes minutes: a row that somebody has written meanwhile stays.
        var table = row.Kind == RowKind.Source ? _installation.Sources : _installation.Destinations;
        return await table.FindAsync(row.Row.Name, cancellationToken) is not null
            ? [new RowProblem(row.File, 0, row, "name", "is that of a row in the tables by now; give the row another one.")]
            : (await new ApplyRows(_installation).RunAsync(new RowFiles([row], []), cancellationToken)).Problems;
    }
}
