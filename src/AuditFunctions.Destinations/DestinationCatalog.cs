using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.SplunkHec;

namespace AuditFunctions.Destinations;

/// <summary>A kind of destination: its columns, and what a row of it means.</summary>
public interface IDestinationType
{
    /// <summary>The word in a row's <c>type</c>.</summary>
    string Name { get; }

    /// <summary>An address as it has them, for a row to start from.</summary>
    string ExampleUrl { get; }

    /// <summary>The columns beside <c>type</c> and <c>url</c>.</summary>
    IReadOnlyList<RowParameter> Columns { get; }

    /// <summary>Makes the definition of a row whose columns were checked one by one.</summary>
    DestinationDefinition Define(string name, Uri url, BoundParameters columns, Problems problems);
}

/// <summary>Every kind of destination.</summary>
public static class DestinationCatalog
{
    // One line per kind.
    private static readonly IDestinationType[] All =
    [
        new SplunkHecDestination(),
        new HttpDestination(),
        new SentinelDestination(),
    ];

    private static readonly RowParameter Url =
        new("url", "Address to send to.", ParameterType.Url, Secret: false, Required: true, Default: null, Allowed: [], Example: null);

    private static readonly RowParameter Oversize =
        DestinationColumn.Choice("oversize", "What becomes of an event larger than maxBodyBytes: dead-letter: it goes to the dead letters; cut: a marker with its start is sent.", "dead-letter", "cut");

    /// <summary>The kinds, for messages and documentation.</summary>
    public static IReadOnlyList<IDestinationType> Types => All;

    /// <summary>The columns of every kind beside <c>type</c>: its address, its own, and what becomes of events that are too large.</summary>
    public static IReadOnlyList<RowParameter> ColumnsOf(IDestinationType type) => [Url with { Example = type.ExampleUrl }, .. type.Columns, Oversize];

    /// <summary>Whether a column is one that every destination row has; columns compare without case.</summary>
    public static bool IsCommon(string column) => column.Equals("type", StringComparison.OrdinalIgnoreCase) || column.Equals("name", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a row; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public static DestinationDefinition? Read(TableRow row, Problems problems)
    {
        var before = problems.Found.Count;
        if (!ResourceName.IsValid(row.Name))
        {
            problems.Add("name", $"'{row.Name}' is no destination name; allowed: {ResourceName.Allowed}.");
        }

        var word = row["type"]?.Trim();
        if (Array.Find(All, type => type.Name == word) is not { } type)
        {
            var is_ = word is null ? "is missing" : $"'{word}' is unknown";
            problems.Add("type", $"{is_}; types: {string.Join(", ", All.Select(known => known.Name))}.");
            return null;
        }

        var columns = BoundParameters.Bind(ColumnsOf(type), $"destination type '{type.Name}'", row, IsCommon, problems);
        if (problems.Found.Count > before)
        {
            return null;
        }

        var oversize = columns[Oversize.Name] == "cut" ? OversizePolicy.Cut : OversizePolicy.DeadLetter;
        var definition = type.Define(row.Name, new Uri(columns["url"]!), columns, problems) with { Oversize = oversize };
        return problems.Found.Count == before ? definition : null;
    }
}
