using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables.Http;

/// <summary>
/// Reads <c>{"odata.error":{"code":"...","message":{"value":"..."}}}</c>, or the header <c>x-ms-error-code</c> where the body is none.
/// </summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    public static TableErrorParser Instance { get; } = new();

    public override bool TryParse(
        Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = FromBody(response);
        if (error is null && response.Headers.TryGetValue("x-ms-error-code", out var code))
        {
            error = new ResponseError(code, response.ReasonPhrase);
        }
        return error is not null;
    }

    private static ResponseError? FromBody(Response response)
    {
        if (response.ContentStream is not MemoryStream { Length: > 0 })
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(response.Content.ToMemory());
            return Member(document.RootElement, "odata.error") is { } error && Text(Member(error, "code")) is { } code
                ? new ResponseError(code, Member(error, "message") is { } message ? Text(Member(message, "value")) ?? Text(message) : null)
                : null;
        }
        catch (JsonException)
        {
            return null; // a proxy's HTML, say: the status has to do
        }
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
