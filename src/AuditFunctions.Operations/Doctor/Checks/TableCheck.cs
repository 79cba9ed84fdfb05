using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;

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
        yield return new ServiceLook(StorageService.Table(storage), on, probe.Tables, probe.WriteTableAsync).Look;
    }
}
