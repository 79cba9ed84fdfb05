namespace AuditFunctions.Http.Signatures;

/// <summary>Something that cannot be signed. The message names no secret.</summary>
public sealed class SigningException(string message) : Exception(message);
