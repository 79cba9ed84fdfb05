namespace AuditFunctions.Hosting;

/// <summary>A host cannot start or go on. The message says what is wrong and what to do, for people, and holds no secret.</summary>
public sealed class HostException(string message, Exception? inner = null) : Exception(message, inner);
