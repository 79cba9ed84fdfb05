using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuditFunctions.Operations.Doctor.Findings;

/// <summary>Who asks Azure: the identity that signed in.</summary>
/// <param name="ObjectId">Its object id, as role assignments name it; null when the token does not say.</param>
/// <param name="Name">What people call it: a login, or an application's id.</param>
internal sealed record Caller(string? ObjectId, string? Name)
{
    /// <summary>A scope that every identity gets a token for.</summary>
    public const string Scope = "https://storage.azure.com/.default";

    /// <summary>Signs in. The token is looked at and let go.</summary>
    /// <exception cref="Azure.Identity.AuthenticationFailedException">No identity could sign in.</exception>
    public static async Task<Caller> AskAsync(TokenCredential credential, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken);
        return Of(token.Token);
    }

    /// <summary>In words.</summary>
    public override string ToString() => (Name, ObjectId) switch
    {
        (null, null) => "an identity that its token does not name",
        (null, var id) => $"object {id}",
        (var name, null) => name,
        var (name, id) => $"{name} (object {id})",
    };

    // Claims of Entra's access tokens; the middle part of three. One that cannot be read names nobody.
    private static Caller Of(string token)
    {
        try
        {
            var claims = token.Split('.') is [_, var payload, _] ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject : null;
            return new Caller(Text(claims, "oid"), Text(claims, "upn") ?? Text(claims, "unique_name") ?? Text(claims, "preferred_username") ?? Text(claims, "appid"));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return new Caller(null, null);
        }
    }

    private static string? Text(JsonObject? claims, string name) => claims?[name] is JsonValue value && value.TryGetValue<string>(out var text) && IsName(text) ? text : null;

    // It goes into a command line.
    private static bool IsName(string text) => text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '#');
}
