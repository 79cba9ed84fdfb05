namespace AuditFunctions.Sources.Processors.Files;

/// <summary>A lookup file is not what it should be. The message says where, and holds nothing of its content.</summary>
public sealed class LookupFileException(string message) : Exception(message);
