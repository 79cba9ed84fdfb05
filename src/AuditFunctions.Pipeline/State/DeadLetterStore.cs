using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Pipeline.State;

/// <summary>Why something lies in the dead-letter store.</summary>
public sealed record DeadLetterNote
{
    /// <summary>1.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The source, if it is known.</summary>
    public string? Source { get; init; }

    /// <summary>The partition, if it is known.</summary>
    public string? Partition { get; init; }

    /// <summary>The destination, if it is known.</summary>
    public string? Destination { get; init; }

    /// <summary>The batch, if it is known.</summary>
    public string? BatchId { get; init; }

    /// <summary>How the body beside this note is framed.</summary>
    public string? Format { get; init; }

    /// <summary>How many events are in it.</summary>
    public int? Events { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>The destination's HTTP status, if it was asked.</summary>
    public int? StatusCode { get; init; }

    /// <summary>When the events were fetched.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>When we gave up.</summary>
    public required DateTimeOffset GivenUpAt { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterNote))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;

/// <summary>What could not be delivered, with its reason: in container <c>deadletter</c> a body and a note beside it. Nothing here expires by itself.</summary>
public sealed class DeadLetterStore(StorageAccount storage)
{
    private readonly BlobContainerClient _container = storage.DeadLetters;

    /// <summary>Keeps something; writing the same again changes nothing.</summary>
    /// <param name="name">Folder and name, such as <c>20260131/okta-prod/splunk/0123…</c>.</param>
    /// <param name="body">The bytes: gzip-compressed when <paramref name="compressed"/>.</param>
    /// <param name="compressed">Whether they are.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task WriteAsync(string name, ReadOnlyMemory<byte> body, bool compressed, DeadLetterNote note, CancellationToken cancellationToken)
    {
        await _container.GetBlobClient(compressed ? name + ".gz" : name + ".txt").UploadAsync(BinaryData.FromBytes(body), overwrite: true, cancellationToken);
        var text = BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(note, DeadLetterJson.Default.DeadLetterNote));
        await _container.GetBlobClient(name + ".json").UploadAsync(text, overwrite: true, cancellationToken);
    }

    /// <summary>How many things lie there.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (BlobItem blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            count += blob.Name.EndsWith(".json", StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }
}
