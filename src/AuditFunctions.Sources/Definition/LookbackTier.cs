namespace AuditFunctions.Sources.Definition;

/// <summary>A stretch of the past that is read again now and then, for events that the vendor publishes late.</summary>
/// <param name="Window">How far back from now it reaches.</param>
/// <param name="Every">How often it is read.</param>
public sealed record LookbackTier(TimeSpan Window, TimeSpan Every);
