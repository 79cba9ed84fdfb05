using System.IO.Compression;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Chaos.Account;

/// <summary>All that lies in container <c>deadletter</c>, as text.</summary>
internal sealed class DeadLetters
{
    private readonly List<(string Name, byte[] Bytes)> _blobs = [];

    /// <summary>How many blobs there are.</summary>
    public int Count => _blobs.Count;

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _blobs.Select(blob => blob.Name);

    public static async Task<DeadLetters> ReadAsync(StorageAccount storage, CancellationToken cancellationToken)
    {
        var letters = new DeadLetters();
        await foreach (var blob in storage.DeadLetters.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var bytes = (await storage.DeadLetters.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
            letters._blobs.Add((blob.Name, bytes is [0x1f, 0x8b, ..] ? Raw(bytes) : bytes));
        }

        return letters;
    }

    /// <summary>Whether an event lies there for a destination.</summary>
    public bool Has(string destination, string id)
    {
        var wanted = System.Text.Encoding.UTF8.GetBytes(id);
        return _blobs.Exists(blob => blob.Name.Contains(destination, StringComparison.Ordinal) && blob.Bytes.AsSpan().IndexOf(wanted) >= 0);
    }

    private static byte[] Raw(byte[] gzip)
    {
        using var raw = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress))
        {
            stream.CopyTo(raw);
        }

        return raw.ToArray();
    }
}
