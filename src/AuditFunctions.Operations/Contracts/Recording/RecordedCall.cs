namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>A request that was made and its answer, as they were: with secrets in them, so it is never printed.</summary>
internal sealed class RecordedCall
{
    /// <summary>GET or POST.</summary>
    public required string Method { get; init; }

    /// <summary>The whole address.</summary>
    public required Uri Url { get; init; }

    /// <summary>The scheme of the header <c>Authorization</c>; null without one.</summary>
    public string? Authorization { get; init; }

    /// <summary>The request's body; null without one.</summary>
    public string? Body { get; init; }

    /// <summary>The request's media type.</summary>
    public string? BodyType { get; init; }

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>The answer's headers.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> AnswerHeaders { get; init; }

    /// <summary>Whether the answer was a gzip file, of which the content is kept.</summary>
    public bool IsUnpacked { get; init; }

    /// <summary>The answer's body.</summary>
    public required string Answer { get; init; }
}
