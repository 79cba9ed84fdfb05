using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition.Planned;

namespace AuditFunctions.Sources.Auth;

/// <summary>Checks the placeholders of <c>auth</c>: one without a value would leave the credential out without a word.</summary>
internal static class AuthPlaceholders
{
    /// <summary>Reports each placeholder that is neither a secret nor <c>{now}</c>.</summary>
    public static void Check(SettingMap auth, IEnumerable<string> secrets, PlannedParts planned, Problems problems)
    {
        // A login's own request is checked as a request.
        var texts = auth.Entries.Where(entry => entry.Key != "request").SelectMany(entry => Texts(entry.Value, $"auth.{entry.Key}"));
        foreach (var (where, text) in texts)
        {
            var parts = SettingReader.Template(text, where, new Problems())?.Parts ?? [];
            foreach (var part in parts.Where(part => part.Name is { } name && name != RunPlaceholders.Now && !secrets.Contains(name)))
            {
                if (planned.Names.Contains(part.Name!))
                {
                    planned.Use(where, $"'{part.Text}' {PlannedParts.NotYet}");
                }
                else
                {
                    problems.Add(where, $"uses '{part.Text}', which has no value here; allowed: {RunPlaceholders.Now} and the row's secrets.");
                }
            }
        }
    }

    private static IEnumerable<(string Where, SettingText Text)> Texts(SettingNode node, string path) => node switch
    {
        SettingText text => [(path, text)],
        SettingMap map => map.Entries.SelectMany(entry => Texts(entry.Value, $"{path}.{entry.Key}")),
        SettingList list => list.Items.SelectMany(item => Texts(item, path)),
        _ => [],
    };
}
