using AuditFunctions.Configuration;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Catalogs;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>auth</c>.</summary>
internal static class AuthReader
{
    /// <summary>Reads the scheme; addresses without a host stand below <paramref name="baseUrl"/>.</summary>
    /// <param name="auth">The map.</param>
    /// <param name="baseUrl">Where the vendor is.</param>
    /// <param name="secrets">The row's secrets, by placeholder.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IAuthScheme Read(SettingMap auth, string baseUrl, IEnumerable<string> secrets, Problems problems)
    {
        var reader = new SettingReader(auth, "auth", problems);
        var scheme = AuthCatalog.Schemes.Read(reader, "scheme").Read(reader, baseUrl);
        reader.Finish();
        AuthPlaceholders.Check(auth, secrets, problems);
        return scheme;
    }
}
