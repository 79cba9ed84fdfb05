using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Importing;

/// <summary>What another collector's configuration became.</summary>
/// <param name="Sources">Source rows.</param>
/// <param name="Destinations">Destination rows.</param>
/// <param name="Notes">What has no equivalent, or needs a look: a sentence each, without values.</param>
/// <param name="Secrets">The secrets that the rows refer to, and where each one's value is now. The values themselves are not kept.</param>
public sealed record ImportedRows(
    IReadOnlyList<TableRow> Sources, IReadOnlyList<TableRow> Destinations, IReadOnlyList<string> Notes, IReadOnlyList<(SecretName Name, string From)> Secrets)
{
    /// <summary>The row file.</summary>
    public string Text() => RowFileText.Write(Sources, Destinations, []);
}
