namespace AuditFunctions.Operations;

/// <summary>
/// Reads the text of a file that a person named. What a file says of its length is not believed: a device, or a link to one, says 0 and never ends.
/// </summary>
internal static class BoundedText
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most bytes that it may have.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The text; null when there is more.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<string?> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (text.Length + read > mostBytes)
            {
                return null;
            }

            text.Write(buffer, 0, read);
        }

        text.Position = 0;
        using var reader = new StreamReader(text);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
