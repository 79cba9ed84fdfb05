using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Processors.Pseudonymise;

/// <summary>A key and from which event time on it counts. Holds the secret's name, not the secret.</summary>
/// <param name="Id">What names it in a pseudonym.</param>
/// <param name="Secret">The secret.</param>
/// <param name="FromAt">Events from this time on; null for the first key.</param>
internal sealed record PseudonymKey(string Id, SecretName Secret, DateTimeOffset? FromAt);
