using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition.Planned;

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

    /// <summary>Reads <c>auth</c>, planned schemes and grants included.</summary>
    internal static IAuthScheme Read(SettingReader reader, string baseUrl, PlannedParts planned, IEnumerable<string> secrets)
    {
        if (reader.Has("capture"))
        {
            planned.Use(reader.At("capture"));
            PlannedValues.NamedPaths(reader, "capture");
        }

        if (reader.Text("scheme") is { } word && PlannedSchemes.Has(word))
        {
            planned.Use(reader.At("scheme"), $"'{word}' can be written but not run by this version; runnable: {string.Join(", ", Schemes.Keys)}.");
            PlannedSchemes.Read(word, reader, new PlannedRequests(planned, secrets));
            reader.Finish();
            return new NoAuth();
        }

        if (reader.Text("scheme") == "oauth2" && reader.Text("grant") is ("jwt-bearer" or "password") and { } grant)
        {
            planned.Use(reader.At("grant"), $"'{grant}' {PlannedParts.NotYet}");
            PlannedSchemes.ReadGrant(grant, reader);
            reader.Finish();
            return new NoAuth();
        }

        var scheme = Schemes[reader.Choice("scheme", [.. Schemes.Keys])](reader, baseUrl);
        reader.Finish();
        return scheme;
    }
}
