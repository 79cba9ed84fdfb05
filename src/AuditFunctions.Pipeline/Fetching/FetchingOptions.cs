using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Settings of section <c>Fetching</c>.</summary>
public sealed class FetchingOptions
{
    /// <summary>Longest that one message fetches before it commits and sends a continuation. Default 4 min; 1 s to 9 min (the host ends a function after 10).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:09:00")]
    public TimeSpan MaxRunTime { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Most pages that one message fetches. Default 1,000; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxPages { get; set; } = 1_000;

    /// <summary>How long a partition is ours after each write; renewed while a run takes longer. Default 45 s; 5 s to 1 h. After a crash others wait as long.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Longest wait inside a run when a vendor throttles or fails; longer waits end the run. Default 15 s; 0 to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:02:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a page is asked for again inside a run. Default 3; 0 to 20.</summary>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>How often the status of an idle partition is refreshed. Default 15 min; 1 min to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan IdleStatusInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Partitions fetched from one vendor address at the same time in one process, where there are several: a vendor that hangs leaves places to the others. Default 8; 1 to 1,000. Fewer than the host works on at once.</summary>
    [Range(1, 1_000)]
    public int MaxPerVendor { get; set; } = 8;

    /// <summary>Partitions fetched at the same time in one process: a message may ask for many, and each holds up to two pages. Default 24; 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrent { get; set; } = 24;

    /// <summary>Memory that the pages of all fetches in one process may take together, in MB. Default 0: a third of what the process may use, 48 to 128; else up to 2,000. A single page may be half as large.</summary>
    [Range(0, 2_000)]
    public int PageMemoryMegabytes { get; set; }

    /// <summary>Most events on a page; a page with more is asked for with fewer, or the source fails. Default 100,000; 1,000 to 1,000,000, and no more than the memory for pages holds.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxPageEvents { get; set; } = 100_000;

    /// <summary>Whether the few events of an ordinary poll (one page, one batch that fits into a message) are delivered by the fetch itself. Default true. Through the queue a batch costs twice as much.</summary>
    public bool DeliverDirectly { get; set; } = true;

    /// <summary>Vendors' hosts that may have private addresses: names, <c>*.</c> before a name for all below it, addresses, networks, or <c>*</c> for all; with commas between. Default none.</summary>
    public string? PrivateHosts { get; set; }

    /// <summary>A folder from which lookup files are read instead of container <c>lookups</c>, for <c>auditfn run</c>. Default none.</summary>
    public string? LookupFolder { get; set; }
}

/// <summary>Checks <see cref="FetchingOptions"/>.</summary>
[OptionsValidator]
public sealed partial class FetchingOptionsValidator : IValidateOptions<FetchingOptions>;
