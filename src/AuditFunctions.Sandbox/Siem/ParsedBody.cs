namespace AuditFunctions.Sandbox;

/// <summary>What a body contains, up to its first error.</summary>
internal sealed class ParsedBody
{
    /// <summary>The events before the error, in order.</summary>
    public List<ParsedEvent> Events { get; } = [];

    /// <summary>HEC code of the error; 0 for none.</summary>
    public int Code { get; set; }
}
