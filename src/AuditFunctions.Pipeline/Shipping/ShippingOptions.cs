using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Settings of section <c>Shipping</c>.</summary>
public sealed class ShippingOptions
{
    /// <summary>Longest that one delivery may take. Default 1 min; 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a batch is ours while it is delivered; longer than twice <see cref="SendTimeout"/>. Default 3 min; 5 s to 1 h. After a crash others wait as long.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan ClaimDuration { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Longest wait for a destination's circuit with the message in hand; for longer ones the message goes back to the queue. Default 3 s; 0 to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Deliveries to one destination at the same time in one process, where there are several destinations: a destination that hangs leaves places to the others. Default 8; 1 to 1,000. Fewer than the host works on at once.</summary>
    [Range(1, 1_000)]
    public int MaxPerDestination { get; set; } = 8;

    /// <summary>Folder below which destinations of type <c>file</c> may write. Default: none, so that no row alone can write files of the host.</summary>
    public string? FileFolder { get; set; }
}

/// <summary>Checks <see cref="ShippingOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ShippingOptionsValidator : IValidateOptions<ShippingOptions>;

/// <summary>Checks what the annotations cannot say.</summary>
public sealed class ShippingOptionsRules : IValidateOptions<ShippingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ShippingOptions options) =>
        options.ClaimDuration > 2 * options.SendTimeout
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"The setting Shipping__ClaimDuration ({options.ClaimDuration}) must be longer than twice Shipping__SendTimeout ({options.SendTimeout}), since a delivery may be tried twice: a claim that ends during a delivery would let another instance deliver the batch again.");
}
