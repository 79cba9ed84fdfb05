using System.Text;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Transport;

/// <summary>
/// What the body of a 2xx says. A status alone is weak proof: load balancers, proxies and pages for maintenance answer 200 as well, and some services answer 200 with
/// their own error inside.
/// </summary>
internal static class SuccessText
{
    private const int MaxShown = 60;
    private static readonly string[] Errors = ["error", "errors", "exception", "fault"];
    private static readonly string[] Flags = ["ok", "success", "succeeded"];
    private static readonly string[] States = ["status", "state", "result", "message", "text", "msg", "code", "statuscode", "detail", "description"];
    private static readonly string[] Bad = ["false", "no", "0", "fail", "failed", "failure", "error"];
    private static readonly string[] Good = ["ok", "success", "successful", "succeeded", "accepted", "received", "created", "queued", "done", "true", "0", "200", "201", "202", "204"];

    /// <summary>Whether there is nothing but white space.</summary>
    public static bool IsBlank(in HttpAnswer answer) => answer.IsWhole && answer.Body[ByteOrderMark.LengthOf(answer.Body)..].Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>
    /// Whether it is a JSON object that names an error, or says of itself that it is no success. It is read as far as it goes: what is longer than is read, says a thing
    /// twice or is no JSON further on has said so all the same.
    /// </summary>
    public static bool SaysFailure(in HttpAnswer answer)
    {
        var reader = new Utf8JsonReader(answer.Body[ByteOrderMark.LengthOf(answer.Body)..], isFinalBlock: false, default);
        var name = "";
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            for (; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; name = "")
            {
                name = reader.AsText() ?? "";
                if (!JsonDocument.TryParseValue(ref reader, out var value))
                {
                    return IsNamed(name, Errors);
                }

                using (value)
                {
                    if (IsFailure(name, value.RootElement))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return IsNamed(name, Errors);
        }
    }

    /// <summary>Whether it is a JSON object of which nothing says anything else than success. An empty one says nothing else.</summary>
    public static bool SaysNothingElse(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        return document is not null && document.RootElement.EnumerateObject().All(member => IsNoFailure(member.NameAsText(), member.Value));
    }

    /// <summary>The start of it, for a reason.</summary>
    public static string StartOf(in HttpAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body[..Math.Min(answer.Body.Length, 4 * MaxShown)]).ReplaceLineEndings(" ").Trim();
        return text.Length > MaxShown ? text[..MaxShown] + "…" : text;
    }

    private static bool IsNoFailure(string name, JsonElement value) => !IsFailure(name, value) && (!IsNamed(name, States) || IsAny(value, Good));

    private static bool IsFailure(string name, JsonElement value) =>
        (IsNamed(name, Errors) && !IsNothing(value)) || (IsNamed(name, Flags) && IsAny(value, Bad));

    private static bool IsNamed(string name, string[] names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsAny(JsonElement value, string[] words) =>
        value.AsText() is { } text && words.Contains(text.Trim().TrimEnd('.', '!'), StringComparer.OrdinalIgnoreCase);

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => value.AsText() is "" or "0" or "false" or "False",
    };
}
