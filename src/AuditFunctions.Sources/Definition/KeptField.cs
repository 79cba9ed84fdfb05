using AuditFunctions.Events;

namespace AuditFunctions.Sources.Definition;

/// <summary>A field of a listing's objects that stands in the listing's table.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Path">Where it stands in an object; leads to one field at most, but for names that stand twice, of which the first counts.</param>
public sealed record KeptField(string Name, FieldPath Path);
