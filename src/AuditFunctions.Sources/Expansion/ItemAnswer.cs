namespace AuditFunctions.Sources.Expansion;

/// <summary>An answer that was asked for.</summary>
/// <param name="Turn">Its turn to take memory.</param>
/// <param name="Result">What came.</param>
/// <param name="For">The item that was waited for when it was asked for.</param>
internal sealed record ItemAnswer(MemoryTurn Turn, Task<PageResult> Result, int For);
