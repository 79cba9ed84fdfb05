namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>
/// What lies in a partition's segments of container <c>seen</c>. It stands in the checkpoint row, so that a page asks only those segments that can know
/// one of its events, and so that a block becomes valid with the very write that takes its ids out of the row.
/// </summary>
/// <param name="Epoch">Folder of the segments, made by chance. A partition that starts over gets another, so its old segments are void.</param>
/// <param name="Blocks">Number of the newest valid block: one with a higher number was never committed.</param>
/// <param name="FromAt">No event before this is asked for in segments; whole seconds.</param>
/// <param name="ToAt">Time of the newest event in them; whole seconds.</param>
/// <param name="UntimedAt">When ids of events without a time were last put into them, or null.</param>
public sealed record SeenIndex(string Epoch, long Blocks, DateTimeOffset FromAt, DateTimeOffset ToAt, DateTimeOffset? UntimedAt);
