using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Definition;

/// <summary>A source's own way out. Immutable; one instance for as long as its row stays as it is.</summary>
/// <param name="Proxy">The proxy; null for that of the environment, if there is one.</param>
/// <param name="Secrets">The secrets that it needs, by column: what only they are for is sent to the vendor in no request.</param>
public sealed record NetworkDefinition(Uri? Proxy, IReadOnlyDictionary<string, SecretName> Secrets);
