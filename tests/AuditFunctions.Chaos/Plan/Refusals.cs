using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Plan;

/// <summary>Which events a SIEM refuses for their content, and how: decided by the seed and the event's id, and so the same whenever and however often it comes.</summary>
internal sealed class Refusals(ChaosOptions options)
{
    // About thirty a minute: rare enough that most batches hold none, frequent enough that kills and faults meet the search for them.
    private const double Share = 0.001;

    // Few events come there.
    private const double ShareOfCalm = 0.01;

    /// <summary>How an event is refused; null when it is not. Half of those that <c>splunk</c> refuses are named by its answer; the others have to be searched for.</summary>
    public EventRefusal? Of(string destination, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Seed}/refused/{destination}/{id}"), hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) >= (destination == "calm" ? ShareOfCalm : Share) * uint.MaxValue ? null
            : destination == "splunk" && (hash[4] & 1) == 0 ? EventRefusal.InvalidDataFormat
            : EventRefusal.Unnamed;
    }
}
