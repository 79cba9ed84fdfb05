using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Adding;

/// <summary>Where a new row goes: the tables of an installation, or a file.</summary>
public interface IRowPlace
{
    /// <summary>In words.</summary>
    string Title { get; }

    /// <summary>The templates that a row there may name.</summary>
    TemplateCatalog Templates { get; }

    /// <summary>The names that are taken.</summary>
    IReadOnlySet<string> Names(RowKind kind);

    /// <summary>Checks a row as it would stand there.</summary>
    DesiredRows Check(FileRow row);

    /// <summary>Adds a row that was checked.</summary>
    /// <returns>What is wrong with it by now; nothing was written then.</returns>
    Task<IReadOnlyList<RowProblem>> AddAsync(FileRow row, CancellationToken cancellationToken);
}
