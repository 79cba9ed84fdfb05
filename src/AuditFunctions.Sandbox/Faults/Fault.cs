namespace AuditFunctions.Sandbox;

/// <summary>One way in which a server misbehaves on a request. Planned by <see cref="FaultPlan"/>.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Answers a status with a small JSON body instead of the page.</summary>
    /// <param name="Code">For example 500, 502, 503, 400.</param>
    /// <param name="RetryAfter">The <c>Retry-After</c> header as it is sent, if any.</param>
    /// <param name="Body">Body instead of the small default.</param>
    public sealed record Status(int Code, string? RetryAfter = null, string? Body = null) : Fault;

    /// <summary>Asks the client to slow down, counted from the server's clock.</summary>
    public sealed record Throttled(TimeSpan Wait, ThrottleSignal Signal = ThrottleSignal.RetryAfterSeconds, int Code = 429) : Fault;

    /// <summary>Resets the connection instead of answering.</summary>
    public sealed record Reset : Fault;

    /// <summary>Resets the connection in the middle of a chunked body.</summary>
    public sealed record ResetMidBody : Fault;

    /// <summary>Handles the request in full (a SIEM stores the events), then resets the connection: the answer is lost.</summary>
    public sealed record AnswerLost : Fault;

    /// <summary>Never answers: the client has to give up.</summary>
    public sealed record Hang : Fault;

    /// <summary>Sends half of the body.</summary>
    /// <param name="LengthOfWhole"><c>Content-Length</c> is that of the whole body, else that of the half: valid HTTP, cut JSON.</param>
    public sealed record Truncated(bool LengthOfWhole) : Fault;

    /// <summary>A complete 200 whose JSON is broken in the middle.</summary>
    public sealed record MalformedJson : Fault;

    /// <summary>A sign-in page with 200 and <c>text/html</c>, as a proxy would send.</summary>
    public sealed record HtmlPage : Fault;

    /// <summary>The right body under another media type.</summary>
    public sealed record WrongContentType(string ContentType) : Fault;

    /// <summary>A small gzip body of this decompressed size: an array of blanks.</summary>
    public sealed record GzipBomb(long DecompressedBytes) : Fault;

    /// <summary>The right body in pieces, with a pause on the server's clock before each.</summary>
    public sealed record SlowBody(TimeSpan Pause, int Pieces = 4) : Fault;

    /// <summary>Refuses the credential of the first request that meets this fault, until another one comes.</summary>
    /// <param name="Code">401 or 403.</param>
    public sealed record RefusedCredential(int Code = 401) : Fault;

    /// <summary>Redirects to another address with status 302 or 307.</summary>
    public sealed record Redirect(Uri Target, int Code = 302) : Fault;

    /// <summary>The right page, whose next link points to another host.</summary>
    public sealed record ForeignNextLink(Uri Host) : Fault;
}

/// <summary>How a throttled answer says for how long.</summary>
public enum ThrottleSignal
{
    /// <summary><c>Retry-After</c> in seconds.</summary>
    RetryAfterSeconds,

    /// <summary><c>Retry-After</c> as an HTTP date.</summary>
    RetryAfterDate,

    /// <summary><c>X-Rate-Limit-Reset</c> in unix seconds.</summary>
    ResetEpoch,

    /// <summary>No header at all.</summary>
    None,
}
