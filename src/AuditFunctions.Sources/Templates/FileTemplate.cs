namespace AuditFunctions.Sources.Templates;

/// <summary>A template of a file that a person gave to one process.</summary>
/// <param name="Name">What a row's <c>template</c> names.</param>
/// <param name="Template">The template; null when it is wrong.</param>
/// <param name="Problem">What is wrong with it, with file and line; null when nothing is.</param>
public sealed record FileTemplate(string Name, SourceTemplate? Template, string? Problem);
