namespace AuditFunctions.Sources.Processors;

/// <summary>What actions may write of the source.</summary>
/// <param name="Source">The row's name.</param>
/// <param name="Template">The template's name; empty without one.</param>
/// <param name="Vendor">The vendor, as the template calls it; empty without one.</param>
public sealed record ProcessorFacts(string Source, string Template, string Vendor);
