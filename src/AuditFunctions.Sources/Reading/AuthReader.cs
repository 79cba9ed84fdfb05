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
        var (chosen, where) = Choose(auth, problems);
        var reader = new SettingReader(chosen, where, problems);
        var scheme = AuthCatalog.Schemes.Read(reader, "scheme").Read(reader, baseUrl);
        reader.Finish();
        AuthPlaceholders.Check(chosen, secrets, problems);
        return scheme;
    }

    // Vendors that take several kinds of credentials: each is a map of its own, and `use` names one.
    private static (SettingMap Chosen, string Where) Choose(SettingMap auth, Problems problems)
    {
        const string Use = "use";
        var reader = new SettingReader(auth, "auth", problems);
        if (!reader.Has(Use))
        {
            return (auth, "auth");
        }

        var name = reader.Required(Use);
        string[] choices = [.. auth.Entries.Where(entry => entry.Value is SettingMap).Select(entry => entry.Key)];
        foreach (var (key, _) in auth.Entries.Where(entry => entry.Key != Use && entry.Value is not SettingMap))
        {
            problems.Add(reader.At(key), $"is not known here; allowed: {string.Join(", ", choices.Append(Use).Order(StringComparer.Ordinal))}.");
        }

        if (auth[name] is SettingMap chosen)
        {
            return (chosen, $"auth.{name}");
        }

        if (name.Length > 0)
        {
            problems.Add(reader.At(Use), $"is '{name}'; allowed: {string.Join(", ", choices)}.");
        }

        return (new SettingMap(0, []), "auth");
    }
}
