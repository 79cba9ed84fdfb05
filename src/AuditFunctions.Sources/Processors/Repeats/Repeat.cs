using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Repeats;

/// <summary>What some fields of an event say, in a stretch of time: what <c>dedupe</c> with <c>within</c> remembers.</summary>
/// <param name="Key">Stands for the entry of the list, the stretch and the fields.</param>
/// <param name="Seconds">The start of the stretch, in seconds since 1970; never 0.</param>
public readonly record struct Repeat(EventKey Key, uint Seconds);
