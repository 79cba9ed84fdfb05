using System.Text;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Objects;

/// <summary>Reads the few words of an error that an object store answers in XML.</summary>
internal static class XmlError
{
    private const int MaxText = 200;

    /// <summary>What <c>Code</c> says; null when the answer is no such error.</summary>
    public static string? CodeOf(in HttpAnswer answer) => answer.Body.IndexOf("<Error>"u8) >= 0 ? Text(answer.Body, "<Code>"u8, "</Code>"u8) : null;

    /// <summary>Whether an answer may be a store's own, and not a proxy's page.</summary>
    public static bool IsOwn(in HttpAnswer answer) => !answer.IsPage || CodeOf(answer) is not null;

    /// <summary>Status, code and words.</summary>
    public static string Words(in HttpAnswer answer) =>
        CodeOf(answer) is { } code ? $"HTTP {answer.Status}, {code}: {Text(answer.Body, "<Message>"u8, "</Message>"u8)?.Split('\n')[0].TrimEnd('.')}" : $"HTTP {answer.Status}";

    private static string? Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        var from = body.IndexOf(start);
        if (from < 0)
        {
            return null;
        }

        var text = body[(from + start.Length)..];
        var to = text.IndexOf(end);
        return to < 0 ? null : Encoding.UTF8.GetString(text[..Math.Min(to, MaxText)]);
    }
}
