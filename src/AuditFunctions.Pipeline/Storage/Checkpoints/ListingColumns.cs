using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Listings;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>What a row says of listings. Only rows of snapshot sources ever have the columns.</summary>
internal static class ListingColumns
{
    /// <summary>The columns.</summary>
    public static readonly string[] All =
    [
        "ListingMark", "ListingBlocks", "ListingObjects", "ListingDoubt", "ListingIsSecond", "ListingIsRead", "ListingCompared", "ListingKeep",
        "LastListingMark", "LastListingStartedAt", "LastListingBlocks", "LastListingObjects", "LastListingKnown", "LastListingEndedAt", "LastListingDoubt", "LastListingKeep",
    ];

    /// <summary>Whether a row has them.</summary>
    public static bool AreIn(TableEntity entity) => entity.TryGetValue("ListingMark", out var mark) && mark is not null;

    /// <summary>The listing that is being read.</summary>
    public static ListingProgress? ReadProgress(StoredRow row) =>
        row.Text("ListingMark") is { } mark
            ? new ListingProgress(
                mark, row.Number("ListingBlocks") ?? 0, row.Number("ListingObjects") ?? 0, row.Text("ListingDoubt"), row.Flag("ListingIsRead") ?? false, row.Count("ListingCompared") ?? 0)
            {
                IsSecond = row.Flag("ListingIsSecond") ?? false,
                Keep = row.Text("ListingKeep"),
            }
            : null;

    /// <summary>The last one.</summary>
    public static LastListing? ReadLast(StoredRow row) =>
        row.Text("LastListingMark") is { } mark && row.Known("LastListingStartedAt") is { } startedAt && row.Known("LastListingEndedAt") is { } endedAt
            ? new LastListing(
                mark, startedAt, row.Number("LastListingBlocks") ?? 0, row.Number("LastListingObjects") ?? 0, row.Number("LastListingKnown") ?? 0, endedAt, row.Text("LastListingDoubt"))
            {
                Keep = row.Text("LastListingKeep"),
            }
            : null;

    /// <summary>Writes both.</summary>
    public static void Write(TableEntity entity, Checkpoint checkpoint)
    {
        var (listing, last) = (checkpoint.Listing, checkpoint.LastListing);
        if (listing is null && last is null && !checkpoint.HasListings)
        {
            return;
        }

        entity["ListingMark"] = listing?.Mark ?? "";
        entity["ListingBlocks"] = listing?.Blocks ?? 0L;
        entity["ListingObjects"] = listing?.Objects ?? 0L;
        entity["ListingDoubt"] = listing?.Doubt ?? "";
        entity["ListingIsSecond"] = listing?.IsSecond ?? false;
        entity["ListingIsRead"] = listing?.IsRead ?? false;
        entity["ListingCompared"] = listing?.Compared ?? 0;
        entity["ListingKeep"] = listing?.Keep ?? "";
        if (last is not null)
        {
            entity["LastListingMark"] = last.Mark;
            entity["LastListingStartedAt"] = last.StartedAt;
            entity["LastListingBlocks"] = last.Blocks;
            entity["LastListingObjects"] = last.Objects;
            entity["LastListingKnown"] = last.Known;
            entity["LastListingEndedAt"] = last.EndedAt;
            entity["LastListingDoubt"] = last.Doubt ?? "";
            entity["LastListingKeep"] = last.Keep ?? "";
        }
    }
}
