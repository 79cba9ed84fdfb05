namespace AuditFunctions.Destinations.Transport;

/// <summary>A secret is not what it must be, so no request can be made with it. The message says what it must be, without it.</summary>
internal sealed class CredentialException(string message) : Exception(message);
