using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition.Planned;

namespace AuditFunctions.Sources.Auth;

/// <summary>Schemes that can be written and checked but not run yet: their keys, by the word that a template uses.</summary>
internal static class PlannedSchemes
{
    private static readonly string[] Algorithms = ["RS256", "ES256", "HS256", "HS512"];

    private static readonly Dictionary<string, Action<SettingReader, PlannedRequests>> Schemes = new(StringComparer.Ordinal)
    {
        ["login"] = ReadLogin,
        ["digest"] = (reader, _) => Required(reader, "username", "password"),
        ["jwt"] = (reader, _) => ReadJwt(reader),
        ["github-app"] = (reader, _) => Required(reader, "appId", "key", "installation"),
        ["duo-signature"] = (reader, _) => Required(reader, "integrationKey", "secretKey"),
        ["aliyun-signature"] = (reader, _) => Required(reader, "accessKeyId", "accessKeySecret"),
        ["oci-signature"] = (reader, _) => Required(reader, "tenancy", "user", "fingerprint", "key"),
    };

    /// <summary>Whether a word is one of them.</summary>
    public static bool Has(string scheme) => Schemes.ContainsKey(scheme);

    /// <summary>Checks a scheme's settings.</summary>
    public static void Read(string scheme, SettingReader reader, PlannedRequests requests) => Schemes[scheme](reader, requests);

    /// <summary>Checks what the grants <c>jwt-bearer</c> and <c>password</c> have beside the settings of every grant.</summary>
    public static void ReadGrant(string grant, SettingReader reader)
    {
        Required(reader, "tokenUrl");
        reader.Template("clientId");
        reader.Template("clientSecret");
        reader.Template("scope");
        reader.Choice("client", "body", "basic");
        reader.Choice("format", "form", "json", "query");
        reader.Text("header");
        PlannedValues.NamedTemplates(reader, "fields");
        if (grant == "jwt-bearer")
        {
            ReadSigning(reader);
        }
        else
        {
            Required(reader, "username", "password");
        }
    }

    private static void ReadLogin(SettingReader reader, PlannedRequests requests)
    {
        requests.Required(reader);
        PlannedValues.RequiredPath(reader, "token");
        reader.Text("name");
        reader.Text("prefix");
        reader.Duration("life", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
    }

    private static void ReadJwt(SettingReader reader)
    {
        ReadSigning(reader);
        reader.Text("name");
        reader.Text("prefix");
        PlannedValues.NamedTemplates(reader, "headers");
    }

    // A service-account file brings its own key, issuer and token address; else they are named one by one.
    private static void ReadSigning(SettingReader reader)
    {
        reader.Choice("algorithm", Algorithms);
        reader.Template("keyId");
        reader.Duration("life", TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        PlannedValues.NamedTemplates(reader, "claims");
        if (reader.Template("serviceAccount") is null)
        {
            Required(reader, "key");
        }
        else
        {
            reader.Template("key");
        }
    }

    private static void Required(SettingReader reader, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            PlannedValues.RequiredTemplate(reader, key);
        }
    }
}
