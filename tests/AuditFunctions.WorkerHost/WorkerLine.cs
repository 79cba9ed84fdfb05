namespace AuditFunctions.WorkerHost;

/// <summary>A line that the worker logged.</summary>
/// <param name="Category">The logger's name; empty for a line of the process's own output.</param>
/// <param name="Level">Trace to Critical.</param>
/// <param name="Message">The text.</param>
/// <param name="EventId">As the worker writes it: the event's name.</param>
/// <param name="Exception">The exception's text, if any.</param>
/// <param name="IsShown">Whether the host shows it: it drops a line of user code that belongs to no invocation under way.</param>
public sealed record WorkerLine(string Category, string Level, string Message, string EventId, string Exception, bool IsShown);
