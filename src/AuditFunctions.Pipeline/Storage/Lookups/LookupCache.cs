using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>
/// Lookup files in the memory of this process. Whether a file has changed is asked at most once a minute, and only while events come that need it. Thread
/// safe.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing that is to be disposed of.
public sealed class LookupCache(ILookupOrigin origin, TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>Bytes of memory that all files together may hold, but for the one that is needed now.</summary>
    internal const long MostBytes = 512L * 1024 * 1024;

    // A file that is replaced again and again while it is read.
    private const int MostTries = 3;

    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    // One file is read at a time: each may take a good part of the memory.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, (LookupStamp? Stamp, DateTimeOffset At)> _stamps = new(StringComparer.Ordinal);
    private readonly LinkedList<(LookupFile File, LoadedLookup Loaded)> _loaded = [];

    /// <summary>Gives a file. One that is missing, too large or not what it should be is given with that problem.</summary>
    /// <param name="file">The file.</param>
    /// <param name="version">The version that is needed; null for the one that is there. When it is not kept, the one that is there is given.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<LoadedLookup> GetAsync(LookupFile file, string? version, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < MostTries; attempt++)
            {
                var stamp = version switch
                {
                    null => await StampAsync(file.Name, cancellationToken),
                    LoadedLookup.Missing => null,
                    _ when Cached(file, version) is { } known => new LookupStamp(known.Version, 0),
                    _ => await origin.FindAsync(file.Name, version, cancellationToken) ?? await StampAsync(file.Name, cancellationToken),
                };
                if (stamp is null)
                {
                    return new LoadedLookup(LoadedLookup.Missing, null, MissingOf(file));
                }

                var loaded = Cached(file, stamp.Version) ?? await LoadAsync(file, stamp, cancellationToken);
                if (loaded is not null)
                {
                    return loaded;
                }

                _stamps.Remove(file.Name);
            }

            return new LoadedLookup(LoadedLookup.Missing, null, "changed again and again while it was read");
        }
        finally
        {
            _gate.Release();
        }
    }

    private static string MissingOf(LookupFile file) => ListingTable.SourceOf(file.Name) is { } source
        ? $"is not there yet; it is written when a listing of source '{source}' came to its end without doubt"
        : "is missing; add it with 'auditfn lookups add'";

    private async Task<LookupStamp?> StampAsync(string name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        // A clock may have been put back since: what was asked in its future is not fresh until then.
        if (_stamps.TryGetValue(name, out var known) && (now - known.At).Duration() < FreshFor)
        {
            return known.Stamp;
        }

        var found = await origin.FindAsync(name, cancellationToken);
        _stamps[name] = (found, now);
        return found;
    }

    private LoadedLookup? Cached(LookupFile file, string version)
    {
        for (var node = _loaded.First; node is not null; node = node.Next)
        {
            if (node.Value.Loaded.Version == version && node.Value.File == file)
            {
                _loaded.Remove(node);
                _loaded.AddFirst(node);
                return node.Value.Loaded;
            }
        }

        return null;
    }

    private async Task<LoadedLookup?> LoadAsync(LookupFile file, LookupStamp stamp, CancellationToken cancellationToken)
    {
        if (stamp.Bytes > file.Form.MostBytes)
        {
            return Keep(file, new LoadedLookup(stamp.Version, null, $"has {stamp.Bytes:N0} bytes; allowed: {file.Form.MostBytes:N0}"));
        }

        if (await origin.ReadAsync(file.Name, stamp, cancellationToken) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Keep(file, new LoadedLookup(stamp.Version, file.Form.Read(bytes), null));
        }
        catch (LookupFileException exception)
        {
            return Keep(file, new LoadedLookup(stamp.Version, null, exception.Message));
        }
    }

    private LoadedLookup Keep(LookupFile file, LoadedLookup loaded)
    {
        _loaded.AddFirst((file, loaded));
        var bytes = 0L;
        for (var node = _loaded.First; node is not null;)
        {
            var next = node.Next;
            bytes += node.Value.Loaded.Content?.Bytes ?? 0;
            if (node != _loaded.First && (bytes > MostBytes || _loaded.Count > 1_000))
            {
                _loaded.Remove(node);
            }

            node = next;
        }

        return loaded;
    }
}
