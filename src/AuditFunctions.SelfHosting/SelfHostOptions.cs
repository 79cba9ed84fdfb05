using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.SelfHosting;

/// <summary>Settings of section <c>Host</c>: how <c>auditfn run</c> drives the pipeline outside Azure Functions.</summary>
internal sealed class SelfHostOptions
{
    /// <summary>Fetch messages worked on at the same time. Default 4; 1 to 64. Memory grows with it: a page and its bodies each.</summary>
    [Range(1, 64)]
    public int FetchConcurrency { get; set; } = 4;

    /// <summary>Ship messages worked on at the same time. Default 4; 1 to 64.</summary>
    [Range(1, 64)]
    public int ShipConcurrency { get; set; } = 4;

    /// <summary>How long a taken message stays hidden; renewed while it is worked on. After a crash others wait as long. Default 2 min; 5 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan VisibilityTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a message stays hidden after its handler failed. Default 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest pause between two looks into an empty queue. Default 1 s; 50 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Port of <c>/health/live</c> and <c>/health/ready</c>, on every address of the machine; 0 for none. Default 0; 0 to 65535.</summary>
    [Range(0, 65_535)]
    public int HealthPort { get; set; }
}

/// <summary>Checks <see cref="SelfHostOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SelfHostOptionsValidator : IValidateOptions<SelfHostOptions>;
