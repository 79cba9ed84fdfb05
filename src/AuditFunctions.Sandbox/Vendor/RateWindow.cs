namespace AuditFunctions.Sandbox;

/// <summary>Counts requests in windows aligned to the clock.</summary>
internal sealed class RateWindow(SandboxVendorOptions options)
{
    private readonly Lock _gate = new();
    private long _window;
    private int _count;

    /// <summary>True when the request is within the limit; else when the next window begins.</summary>
    public bool TryTake(out DateTimeOffset resetAt, out TimeSpan wait)
    {
        resetAt = default;
        wait = default;
        if (options.RateLimit <= 0)
        {
            return true;
        }

        var now = options.Time.GetUtcNow();
        var window = now.UtcTicks / options.RateWindow.Ticks;
        resetAt = new DateTimeOffset((window + 1) * options.RateWindow.Ticks, TimeSpan.Zero);
        wait = resetAt - now;
        lock (_gate)
        {
            if (window != _window)
            {
                _window = window;
                _count = 0;
            }

            return ++_count <= options.RateLimit;
        }
    }
}
