namespace AuditFunctions.Destinations;

/// <summary>
/// An object around an event that is not one, for destinations whose field may hold objects only: a string that looks like JSON would be read as JSON there, and
/// null as nothing.
/// </summary>
internal static class EventWrap
{
    /// <summary>What stands before the event; a closing brace stands behind it.</summary>
    public static ReadOnlySpan<byte> Start => "{\"auditfunctions_value\":"u8;

    /// <summary>Whether an event needs it.</summary>
    public static bool IsNeeded(ReadOnlySpan<byte> auditEvent) => auditEvent is not [(byte)'{', ..];
}
