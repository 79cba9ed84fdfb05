using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Queues;
using Azure.Data.Tables;

namespace AuditFunctions.Chaos.Account;

/// <summary>Where events are that were offered and did not arrive.</summary>
internal static class LostEvents
{
    /// <summary>A line per event: its source, id and time, and where it was seen last.</summary>
    public static async Task<IReadOnlyList<string>> DescribeAsync(
        IReadOnlyList<(LiveVendor Vendor, string Destination, string Id, DateTimeOffset At)> lost,
        StorageAccount storage,
        SentBodies bodies,
        StorageTrace trace,
        CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var (vendor, destination, id, at) in lost)
        {
            // Looking into every body for every event takes long; the first ones tell enough.
            var places = lines.Count < 20 ? await PlacesAsync(destination, id, storage, bodies, trace, cancellationToken) : "(not looked for)";
            lines.Add($"lost: source {vendor.Plan.Name}, destination {destination}, event {id} of {at:O}: {places}");
        }

        return lines;
    }

    private static async Task<string> PlacesAsync(string destination, string id, StorageAccount storage, SentBodies bodies, StorageTrace trace, CancellationToken cancellationToken)
    {
        var batches = bodies.BatchesWith(destination, id);
        if (batches.Count == 0)
        {
            return "no message with it was ever sent: fetching missed it";
        }

        var places = new List<string>();
        foreach (var message in batches)
        {
            var row = await storage.Ledger.GetEntityIfExistsAsync<TableEntity>(Ledger.PartitionOf(message), message.BatchId, cancellationToken: cancellationToken);
            var ledger = row.HasValue ? $"ledger says {row.Value!.GetString("State")}" : "no ledger row";
            var blob = message.Blob is null ? "body in the message"
                : await storage.Batches.GetBlobClient(message.Blob).ExistsAsync(cancellationToken) ? "blob is there" : "blob is gone";
            places.Add($"batch {message.BatchId} ({message.Events} events, fetched {message.FetchedAt:O}): {ledger}, {blob}, {trace.StoryOf(destination, message.BatchId)}");
        }

        var waiting = await new MessageQueue(storage.ShipQueue).CountAsync(cancellationToken);
        return $"{string.Join(" | ", places)}; {waiting} messages wait in queue ship";
    }
}
