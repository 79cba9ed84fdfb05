namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>How a service that speaks Splunk's HEC wants to be spoken to.</summary>
/// <param name="Scheme">The scheme of header <c>Authorization</c>.</param>
/// <param name="Credential">What it calls the token, for messages.</param>
internal sealed record HecWords(string Scheme, string Credential)
{
    /// <summary>Text of an answer without HEC's code that proves that a body was taken all the same; null for none.</summary>
    public string? Expect { get; init; }

    /// <summary>Whether a row may say so: the service does not document what it answers.</summary>
    public bool MayExpect { get; init; }

    /// <summary>Splunk itself.</summary>
    public static HecWords Splunk { get; } = new("Splunk", "HEC token");
}
