using System.IO.Compression;
using System.Text;
using AuditFunctions.Pipeline.Storage.Account;

namespace AuditFunctions.Tests.Crashes;

/// <summary>What lies in the dead-letter store: whether an event is in it is asked of the bytes, whatever shape they are kept in.</summary>
internal sealed class SweepDeadLetters(IReadOnlyList<string> texts)
{
    public static async Task<SweepDeadLetters> ReadAsync(StorageAccount storage, CancellationToken ct)
    {
        var texts = new List<string>();
        await foreach (var blob in storage.DeadLetters.GetBlobsAsync(cancellationToken: ct))
        {
            var bytes = (await storage.DeadLetters.GetBlobClient(blob.Name).DownloadContentAsync(ct)).Value.Content;
            texts.Add(Text(bytes.ToArray()));
        }

        return new SweepDeadLetters(texts);
    }

    public bool Holds(string id) => texts.Any(text => text.Contains(id, StringComparison.Ordinal));

    private static string Text(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
        {
            return Encoding.UTF8.GetString(bytes);
        }

        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
