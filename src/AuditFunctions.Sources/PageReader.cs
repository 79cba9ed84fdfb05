using AuditFunctions.Events;

namespace AuditFunctions.Sources;

/// <summary>Reads a response into a pooled buffer, up to a limit.</summary>
internal static class PageReader
{
    private const int ReadBytes = 64 * 1024;
    private const int LeastRoom = ReadBytes / 16;

    /// <summary>Reads the whole body.</summary>
    /// <returns>false when it is larger than <paramref name="maxBytes"/>.</returns>
    public static Task<bool> ReadAsync(HttpContent content, PooledBytes into, int maxBytes, CancellationToken cancellationToken) =>
        ReadAsync(content, into, maxBytes, share: null, cancellationToken);

    /// <summary>Reads a whole page; the buffer grows as its share of the memory does.</summary>
    /// <returns>false when it is larger than a page may be.</returns>
    public static Task<bool> ReadAsync(HttpContent content, PooledBytes into, PageShare share, CancellationToken cancellationToken) =>
        ReadAsync(content, into, share.MostBytes, share, cancellationToken);

    private static async Task<bool> ReadAsync(HttpContent content, PooledBytes into, int maxBytes, PageShare? share, CancellationToken cancellationToken)
    {
        var expected = content.Headers.ContentLength;
        if (expected > maxBytes)
        {
            return false;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // One byte more than announced, so that the end is seen without growing the buffer.
        var capacity = expected is { } length ? (int)length + 1 : ReadBytes;
        while (true)
        {
            if (into.Capacity - into.Length < (into.Length < capacity ? 1 : LeastRoom))
            {
                capacity = Math.Max(capacity, into.Capacity * 2);
                if (share is not null && await share.GrowAsync(capacity, cancellationToken) is { } large)
                {
                    into.MoveTo(large);
                }
                else
                {
                    into.Widen(capacity);
                }
            }

            var read = await ReadAsync(stream, into.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return true;
            }

            into.Advance(read);
            if (into.Length > maxBytes)
            {
                return false;
            }
        }
    }

    private static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(into, cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            // The Brotli decoder throws this for data that is not Brotli; the other decoders throw InvalidDataException.
            throw new InvalidDataException("The answer is not compressed as it says.", exception);
        }
    }
}
