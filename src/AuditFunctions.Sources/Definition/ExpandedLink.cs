using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>Where the answer for an item holds no events but a link to them.</summary>
/// <param name="Reading">Reads the answer: one event, whose first field is the link.</param>
/// <param name="Request">Asks for what is behind the link.</param>
public sealed record ExpandedLink(ReadingDefinition Reading, RequestDefinition Request);
