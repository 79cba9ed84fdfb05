using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>Two places of lookup files: the tables of listings, which the pipeline writes, and what people put elsewhere.</summary>
/// <param name="files">Where people put theirs.</param>
/// <param name="tables">Where the tables of listings are.</param>
internal sealed class LookupOrigins(ILookupOrigin files, ILookupOrigin tables) : ILookupOrigin
{
    /// <inheritdoc/>
    public Task<LookupStamp?> FindAsync(string name, CancellationToken cancellationToken) => Of(name).FindAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<LookupStamp?> FindAsync(string name, string version, CancellationToken cancellationToken) => Of(name).FindAsync(name, version, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, LookupStamp stamp, CancellationToken cancellationToken) => Of(name).ReadAsync(name, stamp, cancellationToken);

    private ILookupOrigin Of(string name) => ListingTable.SourceOf(name) is null ? files : tables;
}
