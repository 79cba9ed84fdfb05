using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Processors.Keys;

/// <summary>A key and from which event time on it counts. Holds the secret's name, not the secret.</summary>
/// <param name="Id">What names it in what is written.</param>
/// <param name="Secret">The secret.</param>
/// <param name="FromAt">Events from this time on; null for the first key.</param>
internal sealed record DatedKey(string Id, SecretName Secret, DateTimeOffset? FromAt);
