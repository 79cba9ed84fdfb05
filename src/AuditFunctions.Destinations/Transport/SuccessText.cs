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

    /// <summary>Whether it is a JSON object that names an error, or says of itself that it is no success.</summary>
    public static bool SaysFailure(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        return document is not null && document.RootElement.EnumerateObject().Any(IsFailure);
    }

    /// <summary>Whether it is a JSON object of which nothing says anything else than success. An empty one says nothing else.</summary>
    public static bool SaysNothingElse(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        return document is not null && document.RootElement.EnumerateObject().All(member => !IsFailure(member) && (!IsNamed(member, States) || IsAny(member.Value, Good)));
    }

    /// <summary>The start of it, for a reason.</summary>
    public static string StartOf(in HttpAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body[..Math.Min(answer.Body.Length, 4 * MaxShown)]).ReplaceLineEndings(" ").Trim();
        return text.Length > MaxShown ? text[..MaxShown] + "…" : text;
    }

    private static bool IsFailure(JsonProperty member) =>
        (IsNamed(member, Errors) && !IsNothing(member.Value)) || (IsNamed(member, Flags) && IsAny(member.Value, Bad));

    private static bool IsNamed(JsonProperty member, string[] names) => names.Contains(member.NameAsText(), StringComparer.OrdinalIgnoreCase);

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
