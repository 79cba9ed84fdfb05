namespace AuditFunctions.Sources.Auth;

/// <summary>Something that cannot be signed. The message names no secret.</summary>
internal sealed class SigningException(string message) : Exception(message);
