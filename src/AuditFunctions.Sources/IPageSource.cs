using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>Where pages come from: the seam at which the model of a fetch stands in for a vendor.</summary>
public interface IPageSource
{
    /// <summary>Asks for one page.</summary>
    Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken);
}
