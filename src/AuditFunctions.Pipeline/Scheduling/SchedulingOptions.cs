using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Settings of section <c>Scheduling</c>.</summary>
public sealed class SchedulingOptions
{
    /// <summary>While more messages than this wait in queue <c>fetch</c>, a tick sends none: fetching is behind already. Default 1,000; 10 to 1,000,000.</summary>
    [Range(10, 1_000_000)]
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>How long the ledger remembers a delivered batch. Default 30 days; 1 to 365 days. A batch that is repeated later is delivered again.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan LedgerRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a body that was never delivered is kept. Default 90 days; 30 to 365 days: longer than the longest outage of a destination.</summary>
    [Range(typeof(TimeSpan), "30.00:00:00", "365.00:00:00")]
    public TimeSpan BodyRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>While more batches than this wait for a destination, sources that feed it are not polled: their vendors keep the events. Default 100,000; 10 to 10,000,000.</summary>
    [Range(10, 10_000_000)]
    public int MaxBacklog { get; set; } = 100_000;

    /// <summary>
    /// How far the clock may differ from that of the storage account before nothing is polled, committed or removed. Default 5 min; 0 to 1 day; 0 turns
    /// the comparison off.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxClockDifference { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many sources that are due and probably have little to fetch are asked for with one message. Default 64; 1 to 64.</summary>
    [Range(1, 64)]
    public int GroupSize { get; set; } = 64;
}

/// <summary>Checks <see cref="SchedulingOptions"/>.</summary>
[OptionsValidator]
public sealed partial class SchedulingOptionsValidator : IValidateOptions<SchedulingOptions>;
