namespace AuditFunctions.Sources.Inspection;

/// <summary>A request and its answer for people, without secrets.</summary>
public sealed record Exchange
{
    /// <summary>GET or POST.</summary>
    public required string Method { get; init; }

    /// <summary>The whole address.</summary>
    public required string Url { get; init; }

    /// <summary>The request's headers, <c>Name: value</c> each.</summary>
    public required IReadOnlyList<string> RequestHeaders { get; init; }

    /// <summary>The request's body; null when it has none.</summary>
    public string? RequestBody { get; init; }

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>The answer's headers.</summary>
    public IReadOnlyList<string> AnswerHeaders { get; init; } = [];

    /// <summary>The start of the answer's body, at most 2 KB; null when it is not shown, as that of a token endpoint.</summary>
    public string? AnswerStart { get; init; }

    /// <summary>The whole body's size in bytes, decompressed; what is beyond 64 KB of an error is not counted.</summary>
    public int AnswerBytes { get; init; }
}
