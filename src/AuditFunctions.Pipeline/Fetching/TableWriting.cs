using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Processors.Files;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Writes the table of a listing that is read to its proved end and says so in its checkpoint: a stop while it is written repeats it. A listing of which
/// something is not known leaves the table as it was. Thread safe.
/// </summary>
/// <param name="rows">The rows as they were kept page by page.</param>
/// <param name="tables">The tables that processors look into.</param>
/// <param name="log">Where it says what came of it.</param>
internal sealed class TableWriting(ListingRows rows, ListingTables tables, ILogger log)
{
    private const int MostAttempts = 10;

    /// <summary>The rows as they were kept page by page.</summary>
    public ListingRows Rows => rows;

    /// <summary>The listings of other partitions; only sources with partitions need them.</summary>
    public PartitionListings? Partitions { get; init; }

    /// <summary>Writes it.</summary>
    /// <param name="context">The run.</param>
    /// <param name="listing">Its listing.</param>
    /// <param name="openedAt">When that was begun.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task WriteAsync(RunContext context, ListingSession listing, DateTimeOffset openedAt, CancellationToken cancellationToken)
    {
        if (context.Source.Snapshot!.KeepMark is not { } mark)
        {
            return;
        }

        var reason = listing.Progress.Doubt is { } doubt ? $"the listing is in doubt: {doubt}"
            : listing.Progress.Keep != mark ? "'snapshot.keep' was edited while it was read; the next listing writes it"
            : context.Source.Partitions is null && listing.Memory.Listed > LookupFile.MostTableRows ? $"it has more than {LookupFile.MostTableRows:N0} objects, the most rows of a table"
            : await DrawUpAsync(context, listing, openedAt, cancellationToken);
        if (reason is not null)
        {
            FetchingLog.TableNotWritten(log, context.Partition.Source, reason);
        }
    }

    // Null: it is written, or somebody else writes it.
    private async Task<string?> DrawUpAsync(RunContext context, ListingSession listing, DateTimeOffset openedAt, CancellationToken cancellationToken)
    {
        // It is begun before it is known what belongs into it: who proves a listing later finds it replaced, and begins anew.
        var isOfMany = context.Source.Partitions is not null;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            using var draft = await tables.BeginAsync(context.Partition.Source, openedAt, isOfMany ? context.Partition.Partition : null, cancellationToken);
            if (draft is null)
            {
                return null;
            }

            var (isWhole, problem) = isOfMany
                ? await AddAllAsync(context, draft, cancellationToken)
                : (true, await AddAsync(draft, context.Partition, openedAt, listing.Progress.Blocks, listing.Memory, cancellationToken));
            if (!isWhole || problem is not null)
            {
                return problem;
            }

            if (await draft.TryWriteAsync(cancellationToken))
            {
                FetchingLog.TableWritten(log, context.Partition.Source, draft.Rows, draft.Bytes);
                return null;
            }
        }

        return "others replace it again and again; the next listing writes it";
    }

    // Not whole, and no problem: another partition makes it.
    private async Task<(bool IsWhole, string? Problem)> AddAllAsync(RunContext context, ListingTableDraft draft, CancellationToken cancellationToken)
    {
        var (all, problem) = await Partitions!.ReadAsync(context.Source, context.Partition, cancellationToken);
        if (all is null)
        {
            return (false, problem);
        }

        if (all.Sum(one => one.Listing.Objects) is > LookupFile.MostTableRows and var objects)
        {
            return (false, $"its partitions have {objects:N0} objects; the most rows of a table are {LookupFile.MostTableRows:N0}");
        }

        foreach (var (partition, last) in all)
        {
            var memory = await Partitions.ObjectsAsync(partition, last, cancellationToken);
            if (await AddAsync(draft, partition, last.StartedAt, last.Blocks, memory, cancellationToken) is { } wrong)
            {
                return (false, $"partition '{partition.Partition}': {wrong}");
            }
        }

        return (true, null);
    }

    // Null: all rows of a listing are in the table.
    private async Task<string?> AddAsync(
        ListingTableDraft draft, PartitionId partition, DateTimeOffset openedAt, long blocks, ListingMemory objects, CancellationToken cancellationToken)
    {
        var written = new HashSet<EventKey>();
        await foreach (var row in rows.ReadAsync(partition, openedAt, blocks, cancellationToken))
        {
            // Of an object that came twice, or in a page that was read again, what was said last counts.
            if (objects.Find(row.Key) is { IsListed: true, Content: var content } && content == row.Content && written.Add(row.Key))
            {
                await draft.AddAsync(row.Json, cancellationToken);
                if (draft.Bytes > LookupFile.MostTableBytes)
                {
                    return $"it would have more than {LookupFile.MostTableBytes >> 20} MB; name fewer fields in 'snapshot.keep'";
                }
            }
        }

        return written.Count < objects.Listed ? $"rows of {objects.Listed - written.Count} objects are lost in storage; the next listing writes it" : null;
    }
}
