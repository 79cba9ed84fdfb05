using System.Text.Json;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>What the name of a member says is a secret: also what a vendor gave in exchange for one and nothing of the template named, such as a second token.</summary>
internal static class SecretMembers
{
    private const int Shortest = 8;
    private static readonly string[] Names =
        ["accesstoken", "refreshtoken", "idtoken", "authtoken", "bearertoken", "sessiontoken", "jwt", "assertion", "apikey", "privatekey", "password", "passwd", "secret", "clientsecret", "sessionid", "cookie", "authorization"];

    /// <summary>The secrets in an answer; none where it is no JSON.</summary>
    public static IEnumerable<SecretText> Of(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1_000 });
            return [.. Of(document.RootElement)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<SecretText> Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Value.ValueKind == JsonValueKind.String && Says(member.Name) && member.Value.GetString() is { Length: >= Shortest } text ? [new SecretText(text)] : Of(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Of),
        _ => [],
    };

    private static bool Says(string name) => Names.Contains(string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant(), StringComparer.Ordinal);
}
