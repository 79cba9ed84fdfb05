namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>How a service that speaks Splunk's HEC wants to be spoken to.</summary>
/// <param name="Scheme">The scheme of header <c>Authorization</c>.</param>
/// <param name="Credential">What it calls the token, for messages.</param>
internal sealed record HecWords(string Scheme, string Credential)
{
    /// <summary>Splunk itself.</summary>
    public static HecWords Splunk { get; } = new("Splunk", "HEC token");
}
