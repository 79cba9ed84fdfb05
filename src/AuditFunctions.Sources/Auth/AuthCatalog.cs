using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Auth;

/// <summary>Every auth scheme, by the word that a template uses.</summary>
public static class AuthCatalog
{
    // One line per scheme.
    private static readonly Dictionary<string, Func<SettingReader, string, IAuthScheme>> Schemes = new(StringComparer.Ordinal)
    {
        ["none"] = (_, _) => new NoAuth(),
        ["bearer"] = (reader, _) => HeaderAuth.Bearer(reader),
        ["header"] = (reader, _) => HeaderAuth.Read(reader),
        ["basic"] = (reader, _) => BasicAuth.Read(reader),
        ["query"] = (reader, _) => QueryAuth.Read(reader),
        ["oauth2"] = OAuth2Auth.Read,
    };

    /// <summary>Reads <c>auth</c>.</summary>
    internal static IAuthScheme Read(SettingReader reader, string baseUrl)
    {
        var scheme = Schemes[reader.Choice("scheme", [.. Schemes.Keys])](reader, baseUrl);
        reader.Finish();
        return scheme;
    }
}
