using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Subjects;

/// <summary>What a key knows of a subject.</summary>
/// <param name="Key">The secret that wraps the data keys.</param>
/// <param name="IgnoresCase">Whether it is the row for names in any case.</param>
/// <param name="Tag">What stands for him in encrypted values; null when he has no data key.</param>
/// <param name="MadeAt">When his data key was made; null when he never had one.</param>
/// <param name="ForgottenAt">When he was forgotten; null when he was not.</param>
public sealed record InstalledSubject(SecretName Key, bool IgnoresCase, string? Tag, DateTimeOffset? MadeAt, DateTimeOffset? ForgottenAt);
