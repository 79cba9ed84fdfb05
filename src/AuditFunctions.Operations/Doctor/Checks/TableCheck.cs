using AuditFunctions.Hosting;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether tables can be read and written, and are there.</summary>
internal sealed class TableCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "tables";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        var probe = new AccountProbe(storage);
        yield return new Look("rows", cancellationToken => FindMisplacedAsync(storage, cancellationToken));
        yield return new ServiceLook(StorageService.Table(storage), on, probe.Tables, probe.WriteTableAsync).Look;
    }

    // Nothing is found where the tables cannot be read, which the other look says.
    private static async Task<IReadOnlyList<Finding>> FindMisplacedAsync(StorageAccount storage, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        try
        {
            foreach (var table in (RowTable[])[RowTable.OfSources(storage), RowTable.OfDestinations(storage), RowTable.OfTemplates(storage)])
            {
                found.AddRange((await table.MisplacedAsync(cancellationToken)).Select(row => Finding.Problem(
                    $"table '{row.Table}'", row.What, $"Add it again with the PartitionKey '{row.Wanted}', by 'auditfn apply' or in the portal, and delete this one.")));
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
        }

        return found;
    }
}
