namespace AuditFunctions.Cli;

/// <summary>A command cannot do what was asked, for a reason that its user understands: printed as it is, exit code 1. Never holds a secret.</summary>
internal sealed class CommandException(string message) : Exception(message);
