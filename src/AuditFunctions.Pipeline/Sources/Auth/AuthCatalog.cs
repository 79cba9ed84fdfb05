using AuditFunctions.Pipeline.Definitions;

namespace AuditFunctions.Pipeline.Sources.Auth;

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

    // Expressible, not runnable yet: kept in one place so that a message can say so.
    private static readonly string[] Planned = ["login", "digest", "jwt", "github-app", "duo-signature", "aliyun-signature", "oci-signature"];

    /// <summary>Reads <c>auth</c>.</summary>
    public static IAuthScheme Read(SettingReader reader, string baseUrl)
    {
        if (reader.Text("scheme") is { } planned && Planned.Contains(planned))
        {
            reader.Problems.Add(reader.At("scheme"), $"'{planned}' can be written but not run by this version; runnable: {string.Join(", ", Schemes.Keys)}.");
            return new NoAuth();
        }

        var scheme = Schemes[reader.Choice("scheme", [.. Schemes.Keys])](reader, baseUrl);
        reader.Finish();
        return scheme;
    }
}
