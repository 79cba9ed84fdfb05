namespace AuditFunctions.Sandbox;

/// <summary>Mutual exclusion between processes: a file that one of them holds open. The system frees it when that one dies.</summary>
internal sealed class FileMutex : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _held;

    private FileMutex(FileStream held) => _held = held;

    /// <summary>Waits until the file is ours.</summary>
    /// <exception cref="AzuriteException">Another process still holds it after <paramref name="timeout"/>.</exception>
    public static async Task<FileMutex> AcquireAsync(string path, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileMutex(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException ex) when (ex is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (time.GetElapsedTime(startedAt) > timeout)
                {
                    throw new AzuriteException($"Another process held '{path}' for {timeout}. End it, then try again.", ex);
                }
            }

            await Task.Delay(Pause, time, ct);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _held.DisposeAsync();
}
