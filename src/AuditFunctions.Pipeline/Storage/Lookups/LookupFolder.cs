using System.Globalization;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>Lookup files in a folder. A file that is replaced is not kept.</summary>
/// <param name="folder">The folder.</param>
public sealed class LookupFolder(string folder) : ILookupOrigin
{
    /// <inheritdoc/>
    public Task<LookupStamp?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return Task.FromResult(file.Exists
            ? new LookupStamp(string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}"), file.Length)
            : null);
    }

    /// <inheritdoc/>
    public async Task<LookupStamp?> FindAsync(string name, string version, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } found && found.Version == version ? found : null;

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string name, LookupStamp stamp, CancellationToken cancellationToken)
    {
        var bytes = new byte[stamp.Bytes];
        try
        {
            await using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length != bytes.Length)
            {
                return null;
            }

            await file.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or EndOfStreamException)
        {
            return null;
        }

        return await FindAsync(name, stamp.Version, cancellationToken) is null ? null : bytes;
    }
}
