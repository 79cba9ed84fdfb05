using AuditFunctions.Events;

namespace AuditFunctions.Sources;

/// <summary>Reads a response into a pooled buffer, up to a limit.</summary>
internal static class PageReader
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <returns>false when it is larger than <paramref name="maxBytes"/>.</returns>
    public static async Task<bool> ReadAsync(HttpContent content, PooledBytes into, int maxBytes, CancellationToken cancellationToken)
    {
        var expected = content.Headers.ContentLength;
        if (expected > maxBytes)
        {
            return false;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // One byte more than announced, so that the end is seen without growing the buffer.
        var hint = expected is { } length ? (int)length + 1 : ReadBytes;
        while (true)
        {
            var read = await ReadAsync(stream, into.GetMemory(Math.Max(hint - into.Length, ReadBytes / 16)), cancellationToken);
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
            // Of the framework's decoders, that of Brotli says so that what it reads is none; the others say InvalidDataException.
            throw new InvalidDataException("The answer is not compressed as it says.", exception);
        }
    }
}
