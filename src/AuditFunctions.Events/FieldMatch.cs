namespace AuditFunctions.Events;

/// <summary>A field that a path leads to, as places in the event's bytes.</summary>
/// <param name="Path">Which of the paths leads there: the first that does.</param>
/// <param name="NameStart">Where the quote stands that opens its name; -1 when it is an element of an array or the event itself.</param>
/// <param name="ValueStart">Where its value starts, quotes and brackets included.</param>
/// <param name="ValueEnd">Where its value ends.</param>
public readonly record struct FieldMatch(int Path, int NameStart, int ValueStart, int ValueEnd)
{
    /// <summary>Where the member or element starts.</summary>
    public int Start => NameStart >= 0 ? NameStart : ValueStart;

    /// <summary>The value as a slice: a string without its quotes.</summary>
    public JsonSlice Slice(ReadOnlySpan<byte> json) => JsonSlice.Of(json, ValueStart, ValueEnd);

    /// <summary>The value's bytes.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> json) => json[ValueStart..ValueEnd];
}
