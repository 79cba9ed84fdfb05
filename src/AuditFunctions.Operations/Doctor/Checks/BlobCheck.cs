using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether blobs can be read and written, and their containers are there.</summary>
internal sealed class BlobCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "blobs";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        var probe = new AccountProbe(storage);
        yield return new ServiceLook(StorageService.Blob(storage), on, probe.Containers, probe.WriteBlobAsync).Look;
    }
}
