using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Pipeline.Storage.DeadLetters;

/// <summary>
/// What could not be delivered, with its reason: in container <c>deadletter</c> a body and a note beside it. Nothing here expires by itself. The note
/// counts: it is written after the body and removed before it.
/// </summary>
public sealed class DeadLetterStore(StorageAccount storage)
{
    private const string Compressed = ".gz";
    private const string Plain = ".txt";
    private const string Notes = ".json";
    private readonly BlobContainerClient _container = storage.DeadLetters;

    /// <summary>Keeps something; writing the same again changes nothing.</summary>
    /// <param name="name">Folder and name, such as <c>20260131/okta-prod/splunk/0123…</c>; the same for the same thing.</param>
    /// <param name="body">The bytes: gzip-compressed when <paramref name="compressed"/>.</param>
    /// <param name="compressed">Whether they are.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it is new: what was there already is not to be counted again.</returns>
    public async Task<bool> WriteAsync(string name, ReadOnlyMemory<byte> body, bool compressed, DeadLetterNote note, CancellationToken cancellationToken)
    {
        await _container.GetBlobClient(name + (compressed ? Compressed : Plain)).UploadAsync(BinaryData.FromBytes(body), overwrite: true, cancellationToken);
        return await TryWriteNoteAsync(name, note, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
    }

    /// <summary>Keeps a queue message that cannot be read, whole.</summary>
    /// <param name="queue">The queue's name without prefix.</param>
    /// <param name="text">The message.</param>
    /// <param name="reason">Why it cannot be read.</param>
    /// <param name="now">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Under which name it is kept.</returns>
    public async Task<string> WriteUnreadableAsync(string queue, string text, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var name = $"{now:yyyyMMdd}/unreadable/{queue}/{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}";
        await WriteAsync(name, bytes, compressed: false, new DeadLetterNote { SchemaVersion = 1, Reason = reason, GivenUpAt = now }, cancellationToken);
        return name;
    }

    /// <summary>Reads a note; null when there is none of that name.</summary>
    /// <exception cref="JsonException">The note is not ours.</exception>
    public async Task<DeadLetter?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult found = await _container.GetBlobClient(name + Notes).DownloadContentAsync(cancellationToken);
            var note = JsonSerializer.Deserialize(found.Content.ToMemory().Span, DeadLetterJson.Default.DeadLetterNote)
                ?? throw new JsonException($"The note '{name}{Notes}' is null.");
            return new DeadLetter(name, note, found.Details.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Reads the body beside a note, decompressed; empty when it is missing or empty.</summary>
    public async Task<byte[]> ReadBodyAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var ending in new[] { Compressed, Plain })
        {
            try
            {
                BlobDownloadResult found = await _container.GetBlobClient(name + ending).DownloadContentAsync(cancellationToken);
                return ending == Compressed ? Inflate(found.Content) : found.Content.ToArray();
            }
            catch (RequestFailedException exception) when (exception.Status == 404)
            {
                // Perhaps the other one.
            }
        }

        return [];
    }

    /// <summary>Lists dead letters by name, day by day. A note that cannot be read stands for itself, with that as its reason.</summary>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = filter.Day is { } day ? day + "/" : null;
        await foreach (BlobItem blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
        {
            if (!blob.Name.EndsWith(Notes, StringComparison.Ordinal) || filter.RulesOut(blob.Name[..^Notes.Length]))
            {
                continue;
            }

            if (await ReadAnyAsync(blob.Name[..^Notes.Length], cancellationToken) is { } letter && filter.Matches(letter))
            {
                yield return letter;
            }
        }
    }

    /// <summary>Writes a note over the version that was read.</summary>
    /// <returns>The new version; null when somebody else has written or removed it meanwhile.</returns>
    public async Task<DeadLetter?> UpdateAsync(DeadLetter letter, DeadLetterNote note, CancellationToken cancellationToken) =>
        await TryWriteNoteAsync(letter.Name, note, new BlobRequestConditions { IfMatch = letter.ETag }, cancellationToken)
            ? await ReadAsync(letter.Name, cancellationToken)
            : null;

    /// <summary>Removes a dead letter, if it is there.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var there = await _container.GetBlobClient(name + Notes).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await _container.GetBlobClient(name + Compressed).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await _container.GetBlobClient(name + Plain).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        return there;
    }

    /// <summary>How many things lie there.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (BlobItem blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            count += blob.Name.EndsWith(Notes, StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    private async Task<DeadLetter?> ReadAnyAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(name, cancellationToken);
        }
        catch (JsonException)
        {
            return new DeadLetter(name, new DeadLetterNote { SchemaVersion = 1, Reason = "the note beside it cannot be read", GivenUpAt = DateTimeOffset.UnixEpoch }, default);
        }
    }

    private async Task<bool> TryWriteNoteAsync(string name, DeadLetterNote note, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        try
        {
            var text = BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(note, DeadLetterJson.Default.DeadLetterNote));
            await _container.GetBlobClient(name + Notes).UploadAsync(text, new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private static byte[] Inflate(BinaryData body)
    {
        if (body.ToMemory().Length == 0)
        {
            return [];
        }

        using var inflate = new GZipStream(body.ToStream(), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        inflate.CopyTo(raw);
        return raw.ToArray();
    }
}
