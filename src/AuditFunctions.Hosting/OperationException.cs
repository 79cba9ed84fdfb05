namespace AuditFunctions.Hosting;

/// <summary>
/// What was asked cannot be done, for a reason that its user understands. The message says what failed, where and what to do, and holds no secret: a
/// front end shows it as it is.
/// </summary>
public sealed class OperationException(string message) : Exception(message);
