using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>Values of auth settings: text and secrets.</summary>
internal static class AuthValue
{
    /// <summary>Reads a value that must be there.</summary>
    public static TextTemplate Required(SettingReader reader, string key)
    {
        if (reader.Template(key) is { } template)
        {
            return template;
        }

        if (!reader.Has(key))
        {
            reader.Problems.Add(reader.At(key), SettingReader.Missing);
        }

        return TextTemplate.OfLiteral("");
    }

    /// <summary>Fills in secrets, and the partition where it stands in the base URL.</summary>
    public static string? Render(TextTemplate template, RequestValues values) => template.Render(part => part.Name switch
    {
        RunPlaceholders.Now => values.Now.ToString("O"),
        { } name when RunPlaceholders.LevelOf(name) is { } level => values.Partition.GetValueOrDefault(level),
        { } name => values.SecretOf(name),
        null => part.Text,
    });

    /// <summary>User name and password as a header's value (RFC 7617).</summary>
    public static string Basic(string? username, string? password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
}
