using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources.Processors.Files;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>The tables of listings in container <c>lookups</c>. A table is replaced in one step, and never by that of an earlier listing.</summary>
internal sealed class ListingTables(StorageAccount storage, TimeProvider time)
{
    private const string ListingKey = "listing";
    private const string HashKey = "hash";

    // The clocks of two instances differ by less.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Begins a table, which nobody sees until it is written.</summary>
    /// <param name="source">The source.</param>
    /// <param name="listing">When its listing was begun.</param>
    /// <param name="partition">Whose listing it is, where the table is made of those of several; then it replaces whatever is there.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when the table of this listing, or of a later one, is there.</returns>
    public async Task<ListingTableDraft?> BeginAsync(string source, DateTimeOffset listing, string? partition, CancellationToken cancellationToken)
    {
        var blob = storage.Lookups.GetBlockBlobClient(ListingTable.NameOf(source));
        var (now, conditions) = (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), new BlobRequestConditions { IfNoneMatch = ETag.All });
        try
        {
            BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            (now, conditions) = (new(found.Metadata, StringComparer.OrdinalIgnoreCase), new BlobRequestConditions { IfMatch = found.ETag });
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            await storage.Lookups.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        var name = listing.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        var writer = listing.UtcTicks ^ (partition is null ? 0 : BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(partition))));
        return partition is null && now.TryGetValue(ListingKey, out var written) && string.CompareOrdinal(written, name) >= 0 && !IsAhead(written)
            ? null
            : new ListingTableDraft(blob, conditions, now.GetValueOrDefault(HashKey), writer, hash => new Dictionary<string, string> { [ListingKey] = name, [HashKey] = hash });
    }

    // Of a listing that was begun while a clock was wrong: no table would be written until that time has come.
    private bool IsAhead(string written) =>
        DateTimeOffset.TryParse(written, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) && at > time.GetUtcNow() + Skew;
}
