namespace AuditFunctions.Events;

#pragma warning disable CA1720 // String and Object are the words of JSON.
/// <summary>What kind of JSON value stands somewhere; <see cref="Missing"/> when nothing does.</summary>
public enum JsonKind : byte
{
    /// <summary>Nothing stands at the path.</summary>
    Missing,

    /// <summary>The literal <c>null</c>.</summary>
    Null,

    /// <summary>The literal <c>false</c>.</summary>
    False,

    /// <summary>The literal <c>true</c>.</summary>
    True,

    /// <summary>A number, as written.</summary>
    Number,

    /// <summary>A string.</summary>
    String,

    /// <summary>An object, from its brace to its brace.</summary>
    Object,

    /// <summary>An array, from its bracket to its bracket.</summary>
    Array,
}
#pragma warning restore CA1720

/// <summary>
/// Where a JSON value stands in a page. For a string, <paramref name="Start"/> and <paramref name="Length"/> are the bytes between
/// the quotes, still JSON-escaped; for every other kind the value's exact bytes.
/// </summary>
/// <param name="Start">Offset in bytes from the start of the page.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Kind">What stands there; <see cref="JsonKind.Missing"/> has no offset and no length.</param>
public readonly record struct JsonSlice(int Start, int Length, JsonKind Kind)
{
    /// <summary>The slice of a value of which first and last byte are known; takes the quotes off a string.</summary>
    public static JsonSlice Of(ReadOnlySpan<byte> page, int start, int end) => page[start] switch
    {
        (byte)'"' => new JsonSlice(start + 1, end - start - 2, JsonKind.String),
        (byte)'{' => new JsonSlice(start, end - start, JsonKind.Object),
        (byte)'[' => new JsonSlice(start, end - start, JsonKind.Array),
        (byte)'n' => new JsonSlice(start, end - start, JsonKind.Null),
        (byte)'t' => new JsonSlice(start, end - start, JsonKind.True),
        (byte)'f' => new JsonSlice(start, end - start, JsonKind.False),
        _ => new JsonSlice(start, end - start, JsonKind.Number),
    };
}

/// <summary>Where an event stands in a page: its exact bytes, without the white space around it.</summary>
/// <param name="Start">Offset in bytes from the start of the page.</param>
/// <param name="Length">Length in bytes, at least 1.</param>
public readonly record struct EventSlice(int Start, int Length);
