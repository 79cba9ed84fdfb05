namespace AuditFunctions.Sandbox;

/// <summary>One API that the vendor offers.</summary>
internal interface IVendorEndpoint
{
    /// <summary>True when a path belongs to this endpoint.</summary>
    bool Matches(string path);

    /// <summary>True when the request carries an accepted credential.</summary>
    bool Authorizes(VendorRequest request);

    /// <summary>The vendor's answer to a request without one.</summary>
    Answer Refuse();

    /// <summary>The vendor's answer to a request too many.</summary>
    /// <param name="resetAt">When requests are welcome again.</param>
    /// <param name="wait">The same as a duration, at least one second.</param>
    Answer Throttle(DateTimeOffset resetAt, TimeSpan wait);

    /// <summary>The answer to a request that is welcome.</summary>
    ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct);
}
