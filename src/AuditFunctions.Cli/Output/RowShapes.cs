using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Output;

/// <summary>The version.</summary>
internal sealed record VersionShape(string Version, string Runtime);

/// <summary>What <c>apply</c> and <c>validate</c> found and did.</summary>
/// <param name="Written">Whether rows were written.</param>
/// <param name="Rows">Every row of the files.</param>
/// <param name="Problems">What is wrong; nothing is written while there is any.</param>
/// <param name="Notes">What may be worth a look.</param>
internal sealed record AppliedShape(bool Written, IReadOnlyList<AppliedRowShape> Rows, IReadOnlyList<RowProblemShape> Problems, IReadOnlyList<RowProblemShape> Notes);

/// <summary>A row of a file.</summary>
/// <param name="Kind">source, destination or template.</param>
/// <param name="Name">Its name.</param>
/// <param name="Change">added, changed or unchanged; null when that was not asked.</param>
/// <param name="Columns">The columns that are different.</param>
internal sealed record AppliedRowShape(string Kind, string Name, string? Change, IReadOnlyList<string> Columns)
{
    /// <summary>The shape of a row that was written, or did not need to be.</summary>
    public static AppliedRowShape Of(AppliedRow row)
    {
        var change = row.Change.IsNew ? "added" : row.Change.IsNeeded ? "changed" : "unchanged";
        return new AppliedRowShape(row.Kind.Word(), row.Change.Row.Name, change, row.Change.Columns);
    }
}

/// <summary>Something that is wrong in a file.</summary>
internal sealed record RowProblemShape
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Its line, from 1; null for the file as a whole.</summary>
    public required int? Line { get; init; }

    /// <summary>source, destination or template, or null.</summary>
    public required string? Kind { get; init; }

    /// <summary>The row, or null.</summary>
    public required string? Name { get; init; }

    /// <summary>The column or key; may be empty.</summary>
    public required string Where { get; init; }

    /// <summary>What is wrong.</summary>
    public required string What { get; init; }

    /// <summary>The shape of a problem.</summary>
    public static RowProblemShape Of(RowProblem problem) => new()
    {
        File = problem.File,
        Line = problem.Line > 0 ? problem.Line : null,
        Kind = problem.Row is { } row ? row.Kind.Word() : null,
        Name = problem.Row?.Row.Name,
        Where = problem.Where,
        What = problem.What,
    };
}

/// <summary>Something that is wrong with a row of a table.</summary>
internal sealed record ProblemShape(string Where, string What)
{
    /// <summary>The shapes of problems.</summary>
    public static IReadOnlyList<ProblemShape> Of(IEnumerable<Problem> problems) => [.. problems.Select(problem => new ProblemShape(problem.Where, problem.What))];
}

/// <summary>A row that is gone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Removed">Always true.</param>
/// <param name="CheckpointsForgotten">How many checkpoints went with it.</param>
internal sealed record RemovedShape(string Name, bool Removed, int CheckpointsForgotten);

/// <summary>A source whose switch was set.</summary>
internal sealed record SwitchedShape(string Name, bool Enabled);
