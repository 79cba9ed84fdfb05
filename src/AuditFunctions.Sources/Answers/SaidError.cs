using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>
/// Whether an answer without events says that something went wrong. Many vendors answer a fault of theirs with status 200 and, for the list, null,
/// nothing or an empty list: taken for the last page it would leave the rest of the window out, and the source would look well.
/// </summary>
internal static class SaidError
{
    private const int TokensPerLook = 4096;
    private const int MaxDepth = 5_000;
    private const int MaxText = 160;

    // Compared without case, '_' and '-'.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "error", "errors", "fault", "exception", "errorcode", "errormessage", "errormsg", "errordescription", "errcode", "errmsg",
    };

    private static readonly HashSet<string> Fine = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "0", "200", "false", "none", "null", "no", "ok", "success", "successful", "no error", "n/a",
    };

    // What such a code is explained with: where the code is that of success, the words are too, in whatever language.
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "errormessage", "errormsg", "errordescription", "errmsg" };

    private static readonly HashSet<string> WordedCodes = new(StringComparer.OrdinalIgnoreCase) { "code", "errorcode", "errcode" };

    // Flags beside the list, not below it, where they may be of anything.
    private static readonly HashSet<string> Flags = new(StringComparer.OrdinalIgnoreCase) { "ok", "success", "succeeded", "successful", "issuccess", "issuccessful" };

    private static readonly HashSet<string> States = new(StringComparer.OrdinalIgnoreCase) { "status", "stat", "result" };

    private static readonly HashSet<string> Failed = new(StringComparer.OrdinalIgnoreCase) { "error", "err", "fail", "failed", "failure", "fault" };

    private static readonly HashSet<string> Codes = new(StringComparer.OrdinalIgnoreCase) { "code", "status", "errorCode" };

    /// <summary>Where the answer says it, and its words as far as they are a text; null when it says nothing of the kind.</summary>
    /// <param name="page">The answer, or the page that was made of it: JSON that was read before.</param>
    /// <param name="shape">What made the page of the answer, which then stands below a member of its own; null when the answer is the page.</param>
    /// <param name="cancellationToken">Seen every few thousand values.</param>
    public static string? Of(ReadOnlySpan<byte> page, IAnswerShape? shape, CancellationToken cancellationToken) => Of(page, shape, isOfItem: false, cancellationToken);

    /// <summary>The same, where the answer may be that for an item of a list, and speak of the item's own state.</summary>
    public static string? Of(ReadOnlySpan<byte> page, IAnswerShape? shape, bool isOfItem, CancellationToken cancellationToken)
    {
        var (first, last) = shape is null ? (1, 1) : shape.HasRootName ? (2, 3) : (2, 2);
        var reader = new Utf8JsonReader(page[ByteOrderMark.LengthOf(page)..], new JsonReaderOptions { MaxDepth = MaxDepth });
        var (inWords, isFine) = ((string?)null, false);
        try
        {
            for (var tokens = 1; reader.Read(); tokens++)
            {
                if (tokens % TokensPerLook == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth < first || reader.CurrentDepth > last
                    || reader.ValueSpan.Length > MaxText || reader.AsText() is not { } name
                    || name.Replace("_", "").Replace("-", "") is var plain && !Names.Contains(plain) && !WordedCodes.Contains(plain) && !(reader.CurrentDepth == last && IsState(plain, isOfItem)))
                {
                    continue;
                }

                reader.Read();
                if (!Names.Contains(plain) && !WordedCodes.Contains(plain))
                {
                    if (SaysFailure(ref reader, plain))
                    {
                        return $"'{name}': {(reader.TokenType == JsonTokenType.String ? SafeText.OneLine(reader.AsText() ?? "") : "false")}";
                    }

                    continue;
                }

                var says = Says(ref reader);
                isFine |= !says && WordedCodes.Contains(plain) && reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
                if (!says || !Names.Contains(plain))
                {
                    continue;
                }

                var said = $"'{name}'{(reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxText ? $": {SafeText.OneLine(reader.AsText() ?? "")}" : "")}";
                if (!Words.Contains(plain))
                {
                    return said;
                }

                inWords ??= said;
            }
        }
        catch (JsonException)
        {
            // JSON lines, or no JSON: what is wrong with them is said elsewhere.
        }

        return isFine ? null : inWords;
    }

    private static bool IsState(string name, bool isOfItem) => Flags.Contains(name) || (!isOfItem && States.Contains(name));

    private static bool SaysFailure(ref Utf8JsonReader reader, string name) =>
        Flags.Contains(name) ? reader.TokenType == JsonTokenType.False || (reader.TokenType == JsonTokenType.String && reader.AsText() is { } text && text.Equals("false", StringComparison.OrdinalIgnoreCase))
        : reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxText && Failed.Contains(reader.AsText() ?? "");

    // Stands on the value, and afterwards on its last token.
    private static bool Says(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => false,
        JsonTokenType.String => reader.ValueSpan.Length > MaxText || !Fine.Contains(reader.AsText()?.Trim() ?? "no text"),
        JsonTokenType.Number => !Fine.Contains(System.Text.Encoding.ASCII.GetString(reader.ValueSpan)),
        JsonTokenType.StartObject => SaysInside(ref reader),
        JsonTokenType.StartArray => reader.Read() && reader.TokenType != JsonTokenType.EndArray,
        _ => true,
    };

    // An object says something when a member does, but for one whose code is that of success.
    private static bool SaysInside(ref Utf8JsonReader reader)
    {
        var (depth, said, fine) = (reader.CurrentDepth, false, false);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            var isCode = reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.Length <= MaxText && Codes.Contains(reader.AsText() ?? "");
            reader.Read();
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var open = reader.CurrentDepth;
                while (reader.Read() && reader.CurrentDepth > open)
                {
                    said = true;
                }
            }
            else
            {
                var says = Says(ref reader);
                said |= says;
                fine |= isCode && !says && reader.TokenType is (JsonTokenType.String or JsonTokenType.Number);
            }
        }

        return said && !fine;
    }
}
