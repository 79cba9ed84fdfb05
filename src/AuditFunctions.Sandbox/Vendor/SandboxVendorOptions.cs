namespace AuditFunctions.Sandbox;

/// <summary>What log a <see cref="SandboxVendor"/> serves, and how.</summary>
public sealed class SandboxVendorOptions
{
    /// <summary>Events in the log at the start (with <see cref="Live"/>: that will ever appear by themselves). Default 1000.</summary>
    public int Events { get; set; } = 1000;

    /// <summary>Seed: the same seed gives the same log. Default 1.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Time of the first event. Default 2026-01-01T00:00:00Z.</summary>
    public DateTimeOffset StartAt { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time between two runs of equal times. Default 1 s.</summary>
    public TimeSpan Spacing { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many events in a row have the very same time. Default 1.</summary>
    public int TieLength { get; set; } = 1;

    /// <summary>Seeded share of the events that are published <see cref="LateBy"/> late, behind newer ones. Default 0.</summary>
    public double LateShare { get; set; }

    /// <summary>How late the late events are. Default 2 min.</summary>
    public TimeSpan LateBy { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Events appear when <see cref="Time"/> reaches their time (late ones: later). Default: all are there at once.</summary>
    public bool Live { get; set; }

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Bytes to serve instead of an event, by its number; null keeps it. For events that are not as they should be.</summary>
    public Func<int, byte[]?>? ReplaceEvent { get; set; }

    /// <summary>The token (and OAuth client secret) that is accepted at first. Null: any. Default <c>sandbox-token</c>.</summary>
    public string? Token { get; set; } = "sandbox-token";

    /// <summary>The OAuth client id. Default <c>sandbox-client</c>.</summary>
    public string ClientId { get; set; } = "sandbox-client";

    /// <summary>Life of an OAuth access token. Default 1 h.</summary>
    public TimeSpan AccessTokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Requests allowed per <see cref="RateWindow"/>; 0 for no limit. Default 0.</summary>
    public int RateLimit { get; set; }

    /// <summary>Window of the rate limit, aligned to the clock. Default 1 min.</summary>
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Compresses answers for clients that accept gzip. Default: no.</summary>
    public bool Gzip { get; set; }

    /// <summary>Okta: the next link of an empty page. Default <see cref="EmptyPageNextLink.Cursor"/>.</summary>
    public EmptyPageNextLink OktaEmptyPage { get; set; }

    /// <summary>Okta: both links in one header, joined by a comma, instead of two headers. Default: two headers.</summary>
    public bool OktaJoinsLinks { get; set; }

    /// <summary>How the generic endpoint behaves.</summary>
    public GenericVendorOptions Generic { get; set; } = new();

    /// <summary>What goes wrong. May be changed while the server runs.</summary>
    public FaultPlan Faults { get; set; } = new();

    /// <summary>Port on loopback. Default 0: the system chooses.</summary>
    public int Port { get; set; }
}

/// <summary>The next link on an empty page of the Okta endpoint, where real answers differ.</summary>
public enum EmptyPageNextLink
{
    /// <summary>A link with the cursor to poll from.</summary>
    Cursor,

    /// <summary>The very link of the page itself.</summary>
    SameAsSelf,

    /// <summary>None.</summary>
    Absent,
}
