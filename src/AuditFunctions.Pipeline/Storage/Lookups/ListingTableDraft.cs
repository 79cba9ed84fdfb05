using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Events;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>A table that is being written: blocks that nobody sees until all are there. One that is left behind is the service's to forget.</summary>
/// <param name="blob">The table.</param>
/// <param name="conditions">Hold while nobody else has replaced it.</param>
/// <param name="before">Hash of the table that is there; null when that is not known.</param>
/// <param name="writer">Tells the blocks from those of another listing, which another process may be writing.</param>
/// <param name="metadata">What the table says of itself, with its hash.</param>
internal sealed class ListingTableDraft(
    BlockBlobClient blob, BlobRequestConditions conditions, string? before, long writer, Func<string, IDictionary<string, string>> metadata) : IDisposable
{
    private const int BlockBytes = 4 << 20;

    private readonly PooledBytes _pending = new();
    private readonly List<string> _blocks = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How large it is.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many rows it has.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public async Task AddAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        _pending.Write(json.Span);
        _pending.Write("\n"u8);
        (Bytes, Rows) = (Bytes + json.Length + 1, Rows + 1);
        if (_pending.Length >= BlockBytes)
        {
            await StageAsync(cancellationToken);
        }
    }

    /// <summary>Puts it in the place of the one that is there; one that is the same stays, so that nobody reads it again.</summary>
    /// <returns>false when somebody else has replaced it meanwhile.</returns>
    public async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        if (_pending.Length > 0)
        {
            await StageAsync(cancellationToken);
        }

        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (hash == before)
        {
            return true;
        }

        try
        {
            await blob.CommitBlockListAsync(_blocks, new CommitBlockListOptions { Metadata = metadata(hash), Conditions = conditions }, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pending.Dispose();
        _hash.Dispose();
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{writer:x16}{_blocks.Count:x8}")));
        var content = _pending.WrittenSpan.ToArray();
        _hash.AppendData(content);
        await blob.StageBlockAsync(id, new MemoryStream(content), cancellationToken: cancellationToken);
        _blocks.Add(id);
        _pending.Clear();
    }
}
