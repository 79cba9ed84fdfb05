namespace AuditFunctions.Http.Network;

/// <summary>A host has no address that connections may go to. The message says which it has, and what to do.</summary>
internal sealed class ForbiddenAddressException(string message) : IOException(message);
