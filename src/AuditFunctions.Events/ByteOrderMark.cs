namespace AuditFunctions.Events;

/// <summary>The mark that some servers put before UTF-8, though RFC 8259 section 8.1 lets no JSON start with it. It is ignored, as the RFC permits.</summary>
public static class ByteOrderMark
{
    /// <summary>How many bytes of it a text starts with: 0 or 3.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text) => text.StartsWith("\uFEFF"u8) ? 3 : 0;
}
