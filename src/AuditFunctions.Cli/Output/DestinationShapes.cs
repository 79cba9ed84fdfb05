using AuditFunctions.Destinations;
using AuditFunctions.Operations.Destinations;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Cli.Output;

/// <summary>All destinations.</summary>
internal sealed record DestinationListShape(IReadOnlyList<DestinationShape> Destinations);

/// <summary>A destination in short.</summary>
internal sealed record DestinationShape(string Name, string? Type, string? Url, IReadOnlyList<string> Sources, IReadOnlyList<ProblemShape> Problems)
{
    public static DestinationShape Of(DefinedRow<DestinationDefinition> row, IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources) =>
        new(row.Row.Name, row.Row["type"], VisibleColumns.Of(row.Row).GetValueOrDefault("url"), DestinationUse.Of(row.Row.Name, sources), ProblemShape.Of(row.Problems));
}

/// <summary>A destination with all that is known of it.</summary>
internal sealed record DestinationDetailShape(
    string Name,
    IReadOnlyDictionary<string, string> Columns,
    string? Format,
    IReadOnlyList<string> Sources,
    IReadOnlyList<ProblemShape> Problems);

/// <summary>What came of a test.</summary>
/// <param name="Name">The destination.</param>
/// <param name="Delivered">Whether it took the marked event.</param>
/// <param name="Health">healthy, or what it answered; null when its type has no health check.</param>
/// <param name="Answer">Why it did not take the event, or null.</param>
internal sealed record DestinationTestShape(string Name, bool Delivered, string? Health, string? Answer)
{
    public static DestinationTestShape Of(TestedDestination tested) => new(tested.Name, tested.IsDelivered, tested.Health, tested.Answer);
}

/// <summary>All types of destinations, or one.</summary>
internal sealed record TypeListShape(IReadOnlyList<TypeShape> Types);

/// <summary>A type of destinations.</summary>
internal sealed record TypeShape(string Name, IReadOnlyList<ParameterShape> Columns);

/// <summary>A parameter of a template or a column of a destination.</summary>
internal sealed record ParameterShape
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Type { get; init; }

    public required bool Secret { get; init; }

    public required bool Required { get; init; }

    public required string? Default { get; init; }

    public required IReadOnlyList<string> Allowed { get; init; }

    public required string? Example { get; init; }

    public static ParameterShape Of(AuditFunctions.Configuration.Rows.RowParameter parameter) => new()
    {
        Name = parameter.Name,
        Description = parameter.Description,
        Type = parameter.Type.ToString().ToLowerInvariant(),
        Secret = parameter.Secret,
        Required = parameter.Required,
        Default = parameter.Default,
        Allowed = parameter.Allowed,
        Example = parameter.Example,
    };
}
