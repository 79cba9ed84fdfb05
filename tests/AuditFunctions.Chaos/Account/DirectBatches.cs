using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Chaos.Account;

/// <summary>Tells the batches that a fetch delivers itself from all others, by what comes to a destination: no message was seen that holds them.</summary>
internal sealed class DirectBatches(Arrivals arrivals, SentBodies bodies, StorageTrace trace, IReadOnlyList<LiveVendor> vendors, TimeProvider time)
{
    /// <summary>Looks at a body that came to a destination, before it is noted as arrived or refused.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="kind">How its bodies are framed.</param>
    /// <param name="came">The body.</param>
    public void Look(string destination, string kind, SiemArrival came)
    {
        // A piece of a batch that was refused as a whole has no message of its own either.
        if (bodies.BatchOf(destination, Arrivals.NameOf(came.Body.Span)) is not null || came.Ids.Any(id => arrivals.RefusedWith(destination, id).Count > 0))
        {
            return;
        }

        var source = vendors.Where(vendor => vendor.Plan.Destinations.Contains(destination)).OrderBy(vendor => vendor.Server.OfferedCount).First(vendor => vendor.Server.OfferedIds.Contains(came.Ids[0])).Plan.Name;
        byte[] hashed = [.. Encoding.UTF8.GetBytes($"{kind}\n{destination}\n{source}\n{PartitionId.Single}\n"), .. came.Body.Span];
        var now = time.GetUtcNow();
        var message = new ShipMessage
        {
            SchemaVersion = 1,
            Source = source,
            Partition = PartitionId.Single,
            Destination = destination,
            BatchId = Convert.ToHexStringLower(SHA256.HashData(hashed).AsSpan(0, 16)),
            Format = kind,
            Events = came.Ids.Count,
            RawBytes = came.Body.Length,
            Day = now.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            FetchedAt = now,
            Body = Gzip(came.Body.Span),
        };
        bodies.Applied(new StorageCall.Send(message));
        trace.Came(message);
    }

    private static byte[] Gzip(ReadOnlySpan<byte> raw)
    {
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest))
        {
            stream.Write(raw);
        }

        return gzip.ToArray();
    }
}
