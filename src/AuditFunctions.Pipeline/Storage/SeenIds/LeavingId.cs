using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>An id that leaves the checkpoint row.</summary>
/// <param name="Key">The event's key.</param>
/// <param name="Seconds">Its time in seconds since 1970; 0 when it has none.</param>
public readonly record struct LeavingId(EventKey Key, uint Seconds);
