namespace AuditFunctions.Destinations.Transport;

/// <summary>What statuses mean where a destination gives them no meaning of its own (RFC 9110, section 15).</summary>
internal static class HttpStatus
{
    /// <summary>What a status means that is not a success.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reason">Status and words of the answer, without a full stop.</param>
    /// <param name="credential">What to check when the credential is refused.</param>
    public static SendResult Meaning(int status, string reason, string credential = "Check the destination's credentials.") => status switch
    {
        401 or 403 or 407 => new SendResult.Refused(status, $"{reason}. {credential}"),
        404 or 405 or 410 or 421 => new SendResult.Refused(status, $"{reason}. Check the destination's url."),
        402 => new SendResult.Refused(status, $"{reason}. The destination wants to be paid: check the account."),
        414 or 415 or 426 or 431 => new SendResult.Refused(status, $"{reason}. The request as such is not taken, whatever its events: check the url and what stands in front of the destination."),
        451 => new SendResult.Refused(status, $"{reason}. The destination may not take it for legal reasons."),
        >= 300 and < 400 => new SendResult.Refused(status, $"{reason}, a redirect, which is not followed. Check the destination's url."),
        413 => new SendResult.Rejected(status, $"{reason}. The body is larger than the destination takes; lower maxBodyBytes.") { IsTooLarge = true },
        408 or 425 or 429 or >= 500 => new SendResult.Retry(status, reason),
        >= 400 => new SendResult.Rejected(status, reason),
        _ => NotItsOwn(status, "which is no answer to such a request"),
    };

    /// <summary>An answer that comes from something else than the destination: nothing is delivered, nothing is to blame, and it is tried again.</summary>
    public static SendResult NotItsOwn(int status, string what) =>
        new SendResult.Retry(status, $"HTTP {status}, {what}: not an answer of the destination itself, so nothing counts as delivered. Check the url and what stands in front of the destination") { IsOfBody = true };
}
