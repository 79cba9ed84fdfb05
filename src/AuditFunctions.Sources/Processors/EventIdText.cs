namespace AuditFunctions.Sources.Processors;

/// <summary>Whether an event says its own id.</summary>
internal static class EventIdText
{
    /// <summary>Whether the id stands in it as a value or name of its own: 17 does not stand in 2017.</summary>
    /// <param name="json">The event.</param>
    /// <param name="id">Its id as it stands in JSON, a text without its quotes; empty when it has none.</param>
    public static bool StandsIn(ReadOnlySpan<byte> json, ReadOnlySpan<byte> id)
    {
        for (var at = 0; id.Length > 0 && json[at..].IndexOf(id) is var next and >= 0; at++)
        {
            at += next;
            if ((at == 0 || IsBorder(json[at - 1])) && (at + id.Length == json.Length || IsBorder(json[at + id.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBorder(byte sign) => sign is (byte)'"' or (byte)':' or (byte)',' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
