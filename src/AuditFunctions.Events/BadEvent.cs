namespace AuditFunctions.Events;

/// <summary>An event that is no JSON, taken out of its page.</summary>
/// <param name="bytes">Its bytes as they came; of an object whose members are the events, with the member's name. With the rest of the page when it may hold more of the list.</param>
/// <param name="reason">What is wrong with it, without repeating it.</param>
public sealed class BadEvent(ReadOnlyMemory<byte> bytes, string reason)
{
    /// <summary>Its bytes as they came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>What is wrong with it, and at which byte of the page; quotes one byte at most.</summary>
    public string Reason { get; } = reason;
}
