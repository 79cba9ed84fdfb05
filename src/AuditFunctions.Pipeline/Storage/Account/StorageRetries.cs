using Azure.Core;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// How long the storage clients try a request. They own its retries; whoever calls them does not retry, but leaves its message in the queue. The
/// clients' own defaults (100 s for each of four tries) would let a call hang for longer than a lease, a claim and a message's visibility last.
/// </summary>
internal static class StorageRetries
{
    /// <summary>Tries after the first.</summary>
    public const int MaxRetries = 3;

    /// <summary>The wait before the second try; it doubles, with jitter, unless the service says how long.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest such wait.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    /// <summary>How long one try waits for a table or a queue: all four together stay below a minute, and so inside a claim after its delivery.</summary>
    public static readonly TimeSpan SmallRequest = TimeSpan.FromSeconds(10);

    /// <summary>How long one try waits for a blob, which may be megabytes.</summary>
    public static readonly TimeSpan BodyRequest = TimeSpan.FromSeconds(30);

    /// <summary>Sets them.</summary>
    public static T Set<T>(T options, TimeSpan networkTimeout, TimeSpan? firstDelay = null)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = firstDelay ?? FirstDelay;
        options.Retry.MaxDelay = MaxDelay;
        options.Retry.NetworkTimeout = networkTimeout;
        return options;
    }
}
