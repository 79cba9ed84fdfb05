using System.Text;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>
/// Whether an answer says in words that too much was asked for. Many vendors say so with status 400, 403 or even 200 instead of 429: taken for a refusal it would
/// alarm somebody, and taken for an empty page it would end a window.
/// </summary>
internal static class ThrottleWords
{
    // What is longer is no answer of a vendor that is asked too often, but a page or a manual.
    private const int MostBytes = 64 * 1024;
    private const int LongestText = 500;
    private const int MostDepth = 64;

    // Compared without case, blanks, '_' and '-'.
    private static readonly string[] Words =
    [
        "toomanyrequests", "toomanyapi", "toomanycalls", "toomanyconcurrent", "toomanyqueries", "ratelimit", "throttl", "quotaexceeded", "exceededyourquota",
        "exceededquota", "resourceexhausted", "requestlimitexceeded", "limitrateexceeded", "dailylimitexceeded", "apilimitexceeded", "calllimitexceeded",
        "concurrencylimitexceeded", "budgetexhausted",
    ];

    // Members of a good answer that explain what became of the request; the others are data.
    private static readonly HashSet<string> Telling = new(StringComparer.OrdinalIgnoreCase)
    {
        "message", "messages", "msg", "detail", "details", "reason", "code", "statusmessage", "statustext", "errorcode", "errormessage", "errormsg",
        "errordescription", "error", "errors", "fault", "exception", "errcode",
    };

    /// <summary>Whether the body of an answer with an error status says so.</summary>
    public static bool AreInError(ReadOnlySpan<byte> body)
    {
        var start = body[ByteOrderMark.LengthOf(body)..].TrimStart(" \t\r\n"u8);
        if (start is [(byte)'{' or (byte)'[', ..])
        {
            return AreIn(start, ofAll: true);
        }

        var text = Encoding.UTF8.GetString(start[..Math.Min(start.Length, MostBytes)]);
        return !text.Contains("<html", StringComparison.OrdinalIgnoreCase) && SaysIt(text);
    }

    /// <summary>Whether an answer without events says so.</summary>
    /// <param name="page">The answer, or the page that was made of it: JSON.</param>
    public static bool AreInEmpty(ReadOnlySpan<byte> page) => page.Length <= MostBytes && AreIn(page[ByteOrderMark.LengthOf(page)..], ofAll: false);

    private static bool AreIn(ReadOnlySpan<byte> json, bool ofAll)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        var (tells, below) = (false, int.MaxValue);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        tells = reader.ValueSpan.Length <= LongestText && Telling.Contains(Plain(reader.AsText() ?? ""));
                        below = reader.CurrentDepth <= below ? (tells ? reader.CurrentDepth : int.MaxValue) : below;
                        break;
                    case JsonTokenType.String when (ofAll || tells || reader.CurrentDepth > below) && reader.ValueSpan.Length <= LongestText && SaysIt(reader.AsText() ?? ""):
                        return true;
                }
            }
        }
        catch (JsonException)
        {
            // It is cut off, or no JSON: what stands before counts.
        }

        return false;
    }

    // A link to the vendor's page about limits says nothing.
    private static bool SaysIt(string text)
    {
        while (text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var link)
        {
            var start = text.LastIndexOf(' ', link) + 1;
            var end = text.IndexOf(' ', link);
            text = end < 0 ? text[..start] : text.Remove(start, end - start);
        }

        var plain = Plain(text);
        return Array.Exists(Words, word => plain.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string Plain(string text) =>
        text.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
