using System.Collections.Concurrent;

namespace AuditFunctions.Pipeline.Pacing;

/// <summary>Bounds how much work for one name (a destination, a vendor) goes on at the same time in this process, so
/// that one that hangs leaves room for the others. Thread safe.</summary>
/// <param name="most">Pieces of work for one name.</param>
/// <param name="time">The clock.</param>
internal sealed class Bulkhead(int most, TimeProvider time)
{
    /// <summary>Work that takes longer is not waited for: its permit may stay taken for long.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    /// <summary>A permit where nothing bounds them.</summary>
    public static IDisposable Unbounded { get; } = new NoPermit();

    /// <summary>Takes a permit, to be disposed of when the work is done.</summary>
    /// <param name="name">The name.</param>
    /// <param name="patience">How long to wait for one while the work there is short.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when all are taken.</returns>
    public async ValueTask<IDisposable?> EnterAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var room = _rooms.GetOrAdd(name, static (_, most) => new Room(most), most);
        if (room.Free.Wait(0, cancellationToken))
        {
            return new Permit(room, time.GetUtcNow());
        }

        if (patience <= TimeSpan.Zero || room.Permits.Keys.Any(permit => time.GetUtcNow() - permit.TakenAt >= Long))
        {
            return null;
        }

        using var ending = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        try
        {
            await room.Free.WaitAsync(linked.Token);
            return new Permit(room, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class Room(int most)
    {
        public SemaphoreSlim Free { get; } = new(most);

        public ConcurrentDictionary<Permit, bool> Permits { get; } = new();
    }

    private sealed class Permit : IDisposable
    {
        private readonly Room _room;

        public Permit(Room room, DateTimeOffset takenAt)
        {
            _room = room;
            TakenAt = takenAt;
            room.Permits[this] = true;
        }

        public DateTimeOffset TakenAt { get; }

        public void Dispose()
        {
            if (_room.Permits.TryRemove(this, out _))
            {
                _room.Free.Release();
            }
        }
    }

    private sealed class NoPermit : IDisposable
    {
        public void Dispose()
        {
            // Nothing was taken.
        }
    }
}
