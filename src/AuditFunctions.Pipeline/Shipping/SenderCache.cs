using AuditFunctions.Destinations;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>A sender for as long as its user needs it; to be disposed of then.</summary>
internal sealed class SenderUse(ISender sender, Func<ValueTask> leave) : IAsyncDisposable
{
    /// <summary>The sender.</summary>
    public ISender Sender { get; } = sender;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => leave();
}

/// <summary>
/// The senders of destinations, one each: made when a definition is first used, disposed of when its row has changed and the last delivery through it is
/// over. Thread safe.
/// </summary>
internal sealed class SenderCache(SenderServices services) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The sender of a destination, as its row is now.</summary>
    public async Task<SenderUse> UseAsync(DestinationDefinition destination)
    {
        Entry entry;
        Entry? former = null;
        lock (_gate)
        {
            // A row that has not changed keeps its definition.
            if (!_entries.TryGetValue(destination.Name, out entry!) || !ReferenceEquals(entry.Definition, destination))
            {
                former = entry;
                entry = new Entry(destination, destination.CreateSender(destination.Network is null ? services : services with { Network = destination.Network })) { Uses = 1 };
                _entries[destination.Name] = entry;
            }

            entry.Uses++;
        }

        if (former is not null)
        {
            await LeaveAsync(former);
        }

        return new SenderUse(entry.Sender, () => LeaveAsync(entry));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        foreach (var entry in entries)
        {
            await LeaveAsync(entry);
        }
    }

    private async ValueTask LeaveAsync(Entry entry)
    {
        lock (_gate)
        {
            entry.Uses--;
            if (entry.Uses > 0)
            {
                return;
            }
        }

        await entry.Sender.DisposeAsync();
    }

    // The cache itself counts as a use.
    private sealed class Entry(DestinationDefinition definition, ISender sender)
    {
        public DestinationDefinition Definition { get; } = definition;

        public ISender Sender { get; } = sender;

        public int Uses { get; set; }
    }
}
