using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Files;

/// <summary>
/// Appends bodies to files that only this process writes: <c>{destination}-{yyyyMMddTHHmmss}-{n}.jsonl</c>. A body is in a file as a whole or not at all, but for a crash of
/// the process or the machine, which can leave the start of one.
/// </summary>
internal sealed class FileSender(string name, string folder, long maxFileBytes, TimeSpan rotate, SenderServices services) : ISender
{
    private const string SettingMissing =
        "The setting Shipping__FileFolder is missing. It names the folder below which destinations of type 'file' may write: a row alone must not choose files of the host.";

    private const string RootMissing = "the folder that Shipping__FileFolder names does not exist. Create it, or mount what it stands on.";

    // errno of Linux, and Windows' own.
    private const int DiskFull = 28;
    private const int ReadOnly = 30;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private readonly SemaphoreSlim _gate = new(1);
    private FileStream? _file;
    private DateTimeOffset _openedAt;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        if (Missing(out var root) is { } missing)
        {
            return missing;
        }

        using var raw = new PooledBytes(body.RawBytes);
        if (!BodyGzip.TryInflate(body.Gzip, raw))
        {
            return new SendResult.Refused(0, "the body is no gzip");
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            await AppendAsync(root, raw.WrittenMemory, cancellationToken);
            return SendResult.Accepted.Instance;
        }
        catch (UnauthorizedAccessException)
        {
            return new SendResult.Refused(0, $"folder '{folder}' below Shipping__FileFolder may not be written to. Give the process the right.");
        }
        catch (IOException exception)
        {
            return new SendResult.Retry(0, $"writing to folder '{folder}' below Shipping__FileFolder failed: {WhyOf(exception)}");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) =>
        Task.FromResult<SendResult?>(Missing(out _) ?? (SendResult)SendResult.Accepted.Instance);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _gate.Dispose();
    }

    // Made here, a folder that is not there would hide that a disk is not mounted.
    private SendResult.Refused? Missing(out string root)
    {
        root = services.FileFolder ?? "";
        return services.FileFolder is null ? new SendResult.Refused(0, SettingMissing)
            : Directory.Exists(root) ? null
            : new SendResult.Refused(0, RootMissing);
    }

    private async Task AppendAsync(string root, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (_file is { } current && (current.Length >= maxFileBytes || (services.Time.GetUtcNow() - _openedAt).Duration() >= rotate || !IsOurs(current)))
        {
            await CloseAsync();
        }

        _file ??= Open(root);
        var start = _file.Position;
        try
        {
            await _file.WriteAsync(lines, cancellationToken);
            _file.Flush(flushToDisk: true);
        }
        catch
        {
            // What is there of it would be read, and come again.
            await CutBackAsync(start);
            throw;
        }

        if (!IsOurs(_file))
        {
            await CloseAsync();
            throw new IOException("somebody removed, replaced or cut the file while it was written to. Leave the newest file of each process alone.");
        }
    }

    // Who removes, renames or empties files does so by their path, and what we write would go where nobody reads it.
    private static bool IsOurs(FileStream file) => new FileInfo(file.Name) is { Exists: true } there && there.Length == file.Position && file.Length == file.Position;

    private FileStream Open(string root)
    {
        _openedAt = services.Time.GetUtcNow();
        var parent = Directory.CreateDirectory(Path.Combine(root, folder.Replace('/', Path.DirectorySeparatorChar)));
        var stem = $"{name}-{_openedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}";
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(parent.FullName, $"{stem}-{number}.jsonl");
            try
            {
                return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process, or a file of a moment ago.
            }
        }
    }

    // The system's words name the whole path: where the host keeps it is nothing for those who read the state.
    private string WhyOf(IOException exception) => exception.HResult switch
    {
        DiskFull or WindowsDiskFull => "the disk is full. Remove files that were read",
        QuotaExceeded => "the disk quota is used up. Remove files that were read",
        ReadOnly => "the disk is read-only",
        _ => SafeText.OneLine(exception.Message.Replace(services.FileFolder!, "Shipping__FileFolder", StringComparison.Ordinal)),
    };

    private async Task CutBackAsync(long length)
    {
        try
        {
            _file!.SetLength(length);
        }
        catch (IOException)
        {
            // The next body goes into a new file.
            await CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync();
        }
    }
}
