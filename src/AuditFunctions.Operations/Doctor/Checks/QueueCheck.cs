using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether queues can be read and written, and are there. No message is sent, taken or hidden.</summary>
internal sealed class QueueCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "queues";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var storage = on.Installation.Storage;
        var probe = new AccountProbe(storage);
        yield return new ServiceLook(StorageService.Queue(storage), on, probe.Queues, probe.WriteQueueAsync).Look;
    }
}
