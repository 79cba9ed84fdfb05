using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.Lookups;
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
    /// <summary>The rows as they were kept page by page.</summary>
    public ListingRows Rows => rows;

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
            : listing.Memory.Listed > LookupFile.MostTableRows ? $"it has more than {LookupFile.MostTableRows:N0} objects, the most rows of a table"
            : await DrawUpAsync(context, listing, openedAt, cancellationToken);
        if (reason is not null)
        {
            FetchingLog.TableNotWritten(log, context.Partition.Source, reason);
        }
    }

    // Null: it is written.
    private async Task<string?> DrawUpAsync(RunContext context, ListingSession listing, DateTimeOffset openedAt, CancellationToken cancellationToken)
    {
        using var draft = await tables.BeginAsync(context.Partition.Source, openedAt, cancellationToken);
        if (draft is null)
        {
            return null;
        }

        var written = new HashSet<EventKey>();
        await foreach (var row in rows.ReadAsync(context.Partition, openedAt, listing.Progress.Blocks, cancellationToken))
        {
            // Of an object that came twice, or in a page that was read again, what was said last counts.
            if (listing.Memory.Find(row.Key) is { IsListed: true, Content: var content } && content == row.Content && written.Add(row.Key))
            {
                await draft.AddAsync(row.Json, cancellationToken);
                if (draft.Bytes > LookupFile.MostTableBytes)
                {
                    return $"it would have more than {LookupFile.MostTableBytes >> 20} MB; name fewer fields in 'snapshot.keep'";
                }
            }
        }

        if (written.Count < listing.Memory.Listed)
        {
            return $"rows of {listing.Memory.Listed - written.Count} objects are lost in storage; the next listing writes it";
        }

        await draft.WriteAsync(cancellationToken);
        FetchingLog.TableWritten(log, context.Partition.Source, written.Count, draft.Bytes);
        return null;
    }
}
