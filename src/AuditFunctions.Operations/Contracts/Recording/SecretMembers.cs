using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>What the name of a member says is a secret: also what a vendor gave in exchange for one and nothing of the template named, such as a second token.</summary>
internal static class SecretMembers
{
    private const int Shortest = 8;
    private static readonly string[] Names =
        ["accesstoken", "refreshtoken", "idtoken", "authtoken", "token", "apitoken", "csrftoken", "secretkey", "secretaccesskey", "accesskey", "sharedaccesskey", "connectionstring", "pin", "otp", "totpsecret", "bearertoken", "sessiontoken", "jwt", "assertion", "apikey", "privatekey", "password", "passwd", "secret", "clientsecret", "sessionid", "cookie", "authorization"];

    /// <summary>The secrets in an answer that is JSON, or a line of JSON after the other; none in another.</summary>
    public static IEnumerable<SecretText> Of(string answer) => Read(answer) ?? answer.Split('\n').SelectMany(line => Read(line) ?? []);

    private static SecretText[]? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 });
            return [.. Of(document.RootElement, isSecret: false)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // What stands in a list or map below such a name is one as well.
    private static IEnumerable<SecretText> Of(JsonElement element, bool isSecret) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Of(member.Value, isSecret || Says(member.NameAsText()))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(one => Of(one, isSecret)),
        JsonValueKind.String when isSecret && element.AsText() is { Length: >= Shortest } text => [new SecretText(text)],
        _ => [],
    };

    private static bool Says(string name) => Names.Contains(string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant(), StringComparer.Ordinal);
}
