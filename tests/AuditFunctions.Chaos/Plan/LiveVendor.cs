using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Plan;

/// <summary>What a source's vendor is like.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Order"><c>asc</c>, <c>desc</c> or <c>none</c>; null for Okta, whose progress is a cursor.</param>
/// <param name="PageSize">Events of a page.</param>
/// <param name="EventBytes">Size of an event; 0 for the shape's own, about 300 bytes.</param>
/// <param name="Destinations">Where its events go.</param>
internal sealed record VendorPlan(string Name, string? Order, int PageSize, int EventBytes, params IReadOnlyList<string> Destinations)
{
    /// <summary>How far each window overlaps the one before.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(60);

    /// <summary>The oldest event that is still published: well inside the overlap, which is what the promise is given for.</summary>
    public static readonly TimeSpan LatestBy = TimeSpan.FromSeconds(45);

    /// <summary>Whether it publishes so little that a poll brings no more than one small page: what a fetch delivers itself.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>
    /// All of them: both kinds of progress, all orders, small and large pages, bodies in messages and in blobs, one and two destinations, busy and quiet.
    /// Destination <c>calm</c> gets from quiet ones only: it is seldom too busy for a fetch.
    /// </summary>
    public static readonly IReadOnlyList<VendorPlan> All =
    [
        new("okta-one", null, 40, 0, "splunk"),
        new("okta-two", null, 20, 0, "splunk", "lake"),
        new("upward", "asc", 25, 0, "lake"),
        new("downward", "desc", 30, 0, "splunk"),
        new("large", "asc", 1_000, 2_000, "splunk", "lake"),
        new("unordered", "none", 60, 0, "lake"),
        new("quiet", "asc", 500, 0, "splunk", "calm") { IsQuiet = true },
        new("quiet-down", "desc", 500, 0, "calm") { IsQuiet = true },
        new("quiet-okta", null, 500, 0, "lake", "calm") { IsQuiet = true },
        new("quiet-none", "none", 500, 0, "calm") { IsQuiet = true },
    ];

    /// <summary>The source's row.</summary>
    public (string Column, string Value)[] Row(Uri vendor, string since) =>
    [
        .. Order is null
            ? [
                ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("baseUrl", vendor.AbsoluteUri.TrimEnd('/')),
            ]
            : (ReadOnlySpan<(string, string)>)[
                ("template", "http-json"), ("url", new Uri(vendor, "generic/cursor-body").AbsoluteUri),
                ("query", $"from={{from}}&to={{to}}&cursor={{cursor}}&limit={{pageSize}}&order={Order}"),
                ("auth", "bearer"), ("events", "data"), ("id", "id"), ("time", "time"),
                ("order", Order switch { "asc" => "ascending", "desc" => "descending", _ => "unordered" }),
                ("paging", "cursor"), ("next", "next_cursor"), ("lag", "2s"),
            ],
        ("token", "secret:vendor"), ("since", since), ("destination", string.Join(", ", Destinations)), ("interval", "10s"), ("overlap", "60s"),
        ("pageSize", PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("definition", "limits: { requestTimeout: 5s }"),
    ];
}

/// <summary>A vendor that publishes all the time: late events, ties and bursts.</summary>
internal sealed class LiveVendor : IAsyncDisposable
{
    private const int AtStart = 1_000;
    private const double Bursts = 0.05;
    private const double BurstsOfLargePages = 0.3;

    private readonly Random _random;
    private readonly TimeProvider _time;
    private int _published = AtStart;

    private LiveVendor(VendorPlan plan, SandboxVendor server, Random random, TimeProvider time)
    {
        Plan = plan;
        Server = server;
        _random = random;
        _time = time;
    }

    public VendorPlan Plan { get; }

    public SandboxVendor Server { get; }

    /// <summary>Starts it with some events of the last minutes.</summary>
    public static async Task<LiveVendor> StartAsync(VendorPlan plan, ChaosOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var random = options.RandomOf("vendor " + plan.Name);
        (double, Fault)[] shares =
        [
            (0.03, new Fault.Throttled(TimeSpan.FromSeconds(1))),
            (0.03, new Fault.Status(500)),
            (0.02, new Fault.ResetMidBody()),
            (0.02, new Fault.Truncated(LengthOfWhole: false)),
            (0.01, new Fault.MalformedJson()),
            (0.01, new Fault.Reset()),
            (0.01, new Fault.Hang()),
            (0.03, new Fault.SlowBody(TimeSpan.FromMilliseconds(300))),
        ];
        var faults = new FaultPlan((ulong)random.NextInt64()).Once(shares, VendorPlan.All.TakeWhile(other => other != plan).Count()).Shares(shares);
        var server = await SandboxVendor.StartAsync(
            new SandboxVendorOptions
            {
                Events = AtStart,
                Seed = (ulong)random.NextInt64(),
                StartAt = time.GetUtcNow() - TimeSpan.FromMinutes(4),
                Spacing = TimeSpan.FromMilliseconds(500),
                TieLength = random.Next(1, 130),
                Live = true,
                Time = time,
                Generic = new GenericVendorOptions { EventBytes = plan.EventBytes },
                Faults = faults,
            },
            cancellationToken);
        return new LiveVendor(plan, server, random, time);
    }

    /// <summary>Deliveries that its events ask for, so far.</summary>
    public int Wanted => _published * Plan.Destinations.Count;

    /// <summary>Publishes until told to stop.</summary>
    /// <param name="isBehind">Whether too much waits already: a machine that is too slow for the load shows nothing but that.</param>
    /// <param name="stop">Ends it.</param>
    public async Task PublishAsync(Func<bool> isBehind, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (isBehind())
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var now = _time.GetUtcNow();
            var late = _random.NextDouble() < 0.4 ? VendorPlan.LatestBy * _random.NextDouble() : TimeSpan.Zero;
            var bursts = Plan.IsQuiet ? 0 : Plan.PageSize >= 1_000 ? BurstsOfLargePages : Bursts;
            var count = _random.NextDouble() < bursts ? _random.Next(200, 900) : _random.Next(1, Plan.IsQuiet ? 6 : 70);
            _published += count;
            if (_random.NextDouble() < 0.5)
            {
                Server.Publish(count, now - late); // all with one time
            }
            else
            {
                for (var left = count; left > 0; left -= 7)
                {
                    Server.Publish(Math.Min(left, 7), now - (late * _random.NextDouble()));
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(300, 1_500)), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
