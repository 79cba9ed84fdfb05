using AuditFunctions.Events;

namespace AuditFunctions.Sources;

/// <summary>Reads a field of an answer that is text, a number or a flag.</summary>
internal static class ScalarField
{
    /// <summary>The field as text; null when it is something else, or missing.</summary>
    public static string? TextOf(ReadOnlySpan<byte> body, CutPage cut, int field) =>
        cut.PageField(field) is { Kind: JsonKind.String or JsonKind.Number or JsonKind.True or JsonKind.False } slice ? JsonText.Unescape(body, slice) : null;
}
