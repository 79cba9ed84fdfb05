namespace AuditFunctions.Sandbox;

/// <summary>The vendor's log: what happened when, and from when on it can be seen.</summary>
internal sealed class EventLog
{
    private readonly SandboxVendorOptions _options;
    private readonly Lock _publishing = new();
    private volatile LogContents _contents;

    /// <summary>Lays the log out from its options.</summary>
    public EventLog(SandboxVendorOptions options)
    {
        _options = options;
        var times = new long[options.Events];
        var availableAt = new long[options.Events];
        var anyLate = false;
        for (var number = 0; number < times.Length; number++)
        {
            times[number] = ScheduledTicks(number);
            var late = options.LateShare > 0 && Chance.Share(Chance.Mix(options.Seed ^ 0x5151UL, (ulong)number)) < options.LateShare;
            availableAt[number] = times[number] + (late ? options.LateBy.Ticks : 0);
            anyLate |= late;
        }

        var persisted = Enumerable.Range(0, times.Length).ToArray();
        if (anyLate)
        {
            persisted = [.. persisted.OrderBy(number => availableAt[number])];
            Array.Sort(availableAt);
        }

        _contents = new LogContents(times, persisted, availableAt);
    }

    /// <summary>What can be seen at this moment.</summary>
    public LogView View()
    {
        var contents = _contents;
        return new LogView(contents, _options.Live ? contents.CountUntil(_options.Time.GetUtcNow().UtcTicks) : contents.Count);
    }

    /// <summary>Adds events that can be seen at once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="at">Their time; by default the clock's when live, else the schedule's next ones.</param>
    public void Publish(int count, DateTimeOffset? at)
    {
        lock (_publishing)
        {
            var old = _contents;
            var now = _options.Time.GetUtcNow().UtcTicks;
            var position = _options.Live ? old.CountUntil(now) : old.Count;
            var times = new long[count];
            var availableAt = new long[count];
            for (var i = 0; i < count; i++)
            {
                times[i] = at is { } given ? Milliseconds(given.UtcTicks)
                    : _options.Live ? Milliseconds(now) : ScheduledTicks(old.Count + i);
                availableAt[i] = _options.Live ? now : Math.Max(times[i], old.Count == 0 ? 0 : old.AvailableAt[^1]);
            }

            _contents = old.Insert(position, times, availableAt);
        }
    }

    /// <summary>What an event is made of.</summary>
    public static EventFacts Facts(ulong seed, LogView view, int number) => new(seed, number, view.TimeOf(number));

    private long ScheduledTicks(int number) =>
        Milliseconds(_options.StartAt.UtcTicks + (_options.Spacing.Ticks * (number / Math.Max(1, _options.TieLength))));

    private static long Milliseconds(long ticks) => ticks - (ticks % TimeSpan.TicksPerMillisecond);
}
