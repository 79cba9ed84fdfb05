using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>What a vendor's answer means when it is not a good page.</summary>
internal static class ResponseMeaning
{
    /// <summary>Most bytes of an error's body that are looked at.</summary>
    public const int MaxErrorBytes = 64 * 1024;

    /// <summary>What an answer with an error status means.</summary>
    public static async Task<PageResult> OfErrorAsync(
        SourceDefinition source,
        string? cursor,
        HttpResponseMessage response,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var status = (int)response.StatusCode;

        // The template's path shows which request failed: what is filled in, or stands in a vendor's link, may be a secret.
        var what = $"{source.RequestFor(cursor).Shown} answered {status}";
        using var body = new PooledBytes();
        var mayBeOfRule = ErrorMeaning.MayBeOf(source, status);
        if (mayBeOfRule || MayBeToldByBody(status))
        {
            await PageReader.ReadAsync(response.Content, body, MaxErrorBytes, cancellationToken);
        }

        if (mayBeOfRule && ErrorMeaning.OfError(source, response, what, body.WrittenMemory, clock, cancellationToken) is { } ruled)
        {
            return ruled;
        }

        if (IsThrottled(source.Throttling, response, body.WrittenSpan))
        {
            return ThrottleOf(source, response, now);
        }

        return status switch
        {
            401 or 403 => new PageResult.Refused(
                status,
                $"{what}. Check that {SecretsOf(source)} is current and may read audit logs; the checkpoint is unchanged."),
            407 => new PageResult.Refused(status, $"{what}: a proxy on the way wants credentials. Check proxyCredentials; the checkpoint is unchanged."),
            304 => new PageResult.Failed(status, $"{what}, as if we had asked whether something changed; a proxy in between may do that"),
            >= 300 and < 400 => new PageResult.Refused(
                status,
                $"{what}, a redirect, which is not followed because it could carry credentials elsewhere. Check the address (baseUrl)."),
            400 or 404 or 405 or 410 or 422 => new PageResult.Refused(
                status,
                $"{what}. Check the address and parameters of the row; the checkpoint is unchanged.")
            { IsGone = status is 404 or 410 },
            _ => new PageResult.Failed(status, what),
        };
    }

    /// <summary>What a refusal of a token endpoint or of a step means.</summary>
    public static PageResult OfRefusal(AuthRefusal refusal) => refusal.Kind switch
    {
        RefusalKind.Throttle => new PageResult.Throttled(refusal.StatusCode, RetryAfter.Bounded(refusal.RetryAfter)),
        RefusalKind.Failure => new PageResult.Failed(refusal.StatusCode, refusal.Reason),
        RefusalKind.Lasting => new PageResult.Refused(refusal.StatusCode, $"{refusal.Reason}. {refusal.Advice}"),
        RefusalKind.Rest => new PageResult.Refused(refusal.StatusCode, $"{refusal.Reason}. {refusal.Advice}") { RestFor = PageResult.LongestRest },
        _ => OfStatus(refusal),
    };

    /// <summary>The refusal after a look into its answer: some endpoints say with 400 or 403 that they are asked too often.</summary>
    public static async Task<AuthRefusal> LookedAtAsync(this AuthRefusal refusal, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!MayBeToldByBody(refusal.StatusCode))
        {
            return refusal;
        }

        using var body = new PooledBytes();
        await PageReader.ReadAsync(response.Content, body, MaxErrorBytes, cancellationToken);
        return SaysThrottle(refusal.StatusCode, body.WrittenSpan) ? refusal with { Kind = RefusalKind.Throttle } : refusal;
    }

    private static PageResult OfStatus(AuthRefusal refusal) => refusal.StatusCode switch
    {
        429 => new PageResult.Throttled(429, RetryAfter.Bounded(refusal.RetryAfter)),
        403 or 503 when refusal.RetryAfter is { } wait => new PageResult.Throttled(refusal.StatusCode, RetryAfter.Bounded(wait)),
        >= 400 and < 500 and not 408 => new PageResult.Refused(
            refusal.StatusCode == 400 ? 401 : refusal.StatusCode,
            $"{refusal.Reason}. {refusal.Advice}"),
        _ => new PageResult.Failed(refusal.StatusCode, refusal.Reason),
    };

    /// <summary>Whether the body of an error says that too much was asked for.</summary>
    public static bool SaysThrottle(int status, ReadOnlySpan<byte> body) => MayBeToldByBody(status) && ThrottleWords.AreInError(body);

    private static bool MayBeToldByBody(int status) => status is not (401 or 404 or 405 or 429 or < 400);

    private static bool IsThrottled(ThrottlingDefinition throttling, HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var status = (int)response.StatusCode;
        if (status == 429)
        {
            return true;
        }

        // GitHub's 403 is a throttle when no request is left; a 503 with Retry-After asks us to wait as well.
        var asksToWait = response.Headers.NonValidated.Contains("Retry-After");
        if (status == 403 && (asksToWait || (Header(response, throttling.RemainingHeader) is { } remaining && RetryAfter.TryNumber(remaining, out var left) && left <= 0)))
        {
            return true;
        }

        if (status == 503 && asksToWait)
        {
            return true;
        }

        if (!MayBeToldByBody(status))
        {
            return false;
        }

        var text = throttling.BodyContains.Count > 0 ? Encoding.UTF8.GetString(body) : "";
        return throttling.BodyContains.Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase)) || ThrottleWords.AreInError(body);
    }

    /// <summary>An answer that is a throttle.</summary>
    public static PageResult.Throttled ThrottleOf(SourceDefinition source, HttpResponseMessage response, DateTimeOffset now) =>
        new((int)response.StatusCode, WaitOf(source.Throttling, response, now));

    /// <summary>How long the vendor asks us to wait; null when it does not say.</summary>
    public static TimeSpan? WaitOf(ThrottlingDefinition throttling, HttpResponseMessage response, DateTimeOffset now)
    {
        // While requests are left, the reset is not what the vendor waits for: GitHub's secondary limit asks for a minute.
        var someRemain = Header(response, throttling.RemainingHeader) is { } remaining && RetryAfter.TryNumber(remaining, out var left) && left > 0;
        return RetryAfter.Of(response, now)
            ?? (someRemain ? RetryAfter.Unreadable : RetryAfter.Bounded(ResetOf(throttling, Header(response, throttling.ResetHeader), now)));
    }

    private static TimeSpan? ResetOf(ThrottlingDefinition throttling, string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        var counts = RetryAfter.TryNumber(text, out var count);
        return throttling.ResetFormat switch
        {
            "seconds" or "unix-s" => RetryAfter.Read(text, now),
            "milliseconds" => counts ? TimeSpan.FromMilliseconds(Math.Clamp(count, 0, 86_400_000)) : null,
            var format => TimeFormat.TryParse(format, null, out var known, out _)
                && known.TryRead(Encoding.UTF8.GetBytes(text.Trim().TrimStart('+')), out var at) ? at - now : null,
        } ?? RetryAfter.Unreadable;
    }

    private static string? Header(HttpResponseMessage response, string? name) =>
        name is null ? null : response.FirstHeader(name);

    private static string SecretsOf(SourceDefinition source) =>
        source.Secrets.Count == 0 ? "the credential" : string.Join(", ", source.Secrets.Values.Select(name => $"'{name}'").Distinct());
}
