using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Pipeline.Storage.Subjects;

/// <summary>A subject's row.</summary>
/// <param name="Key">His data key.</param>
/// <param name="MadeAt">When it was made; null when he was forgotten before he had one.</param>
/// <param name="ForgottenAt">When it was destroyed; null while it is there.</param>
public sealed record StoredSubject(SubjectKey Key, DateTimeOffset? MadeAt, DateTimeOffset? ForgottenAt);
