using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Reading;

/// <summary>Checks the placeholders of <c>auth</c>: one without a value would leave the credential out without a word.</summary>
internal static class AuthPlaceholders
{
    /// <summary>Reports each placeholder that is neither a secret nor <c>{now}</c>.</summary>
    public static void Check(SettingMap auth, IEnumerable<string> secrets, Problems problems)
    {
        foreach (var (where, text) in auth.Entries.Where(entry => !SettingKeys.IsCode(auth, entry.Key)).SelectMany(entry => Texts(entry.Value, $"auth.{entry.Key}")))
        {
            var parts = SettingReader.Template(text, where, new Problems())?.Parts ?? [];
            foreach (var part in parts.Where(part => part.Name is { } name && name != RunPlaceholders.Now && !secrets.Contains(name) && !IsOfLogin(name, where)))
            {
                problems.Add(where, $"uses '{part.Text}', which has no value here; allowed: {RunPlaceholders.Now} and the row's secrets.");
            }
        }
    }

    // The scheme itself checks that there is one.
    private static bool IsOfLogin(string name, string where) => name == RunPlaceholders.LoginStatement && where.StartsWith("auth.request.", StringComparison.Ordinal);

    private static IEnumerable<(string Where, SettingText Text)> Texts(SettingNode node, string path) => node switch
    {
        SettingText text => [(path, text)],
        SettingMap map => map.Entries.SelectMany(entry => Texts(entry.Value, $"{path}.{entry.Key}")),
        SettingList list => list.Items.SelectMany(item => Texts(item, path)),
        _ => [],
    };
}
