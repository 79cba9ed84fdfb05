namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>A message that was taken from a queue.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Deliveries">How often it was taken, this time included.</param>
/// <param name="Held">Keeps it hidden while it is worked on, deletes it or gives it back.</param>
public sealed record TakenMessage(string Text, long Deliveries, HeldMessage Held);
