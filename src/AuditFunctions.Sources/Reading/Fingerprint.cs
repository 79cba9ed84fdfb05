using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Reading;

/// <summary>The hash of a definition and its row, so that caches notice an edit.</summary>
internal static class Fingerprint
{
    private static readonly string[] Asked = ["request", "next", "steps", "expand", "job", "events"];

    /// <summary>Hashes both.</summary>
    public static string Of(SettingMap filled, TableRow row)
    {
        var text = new StringBuilder();
        Append(text, filled);
        foreach (var (column, value) in row.Columns.OrderBy(column => column.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(CultureInfo.InvariantCulture, $"{column}={value}\n");
        }

        return Of(text.ToString());
    }

    /// <summary>Hashes a text: 16 lower-case hex digits.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>Hashes what is asked for, and where it stands in the answers: listings that differ in it are not compared.</summary>
    /// <param name="mark">What else they must not differ in.</param>
    /// <param name="filled">The definition.</param>
    /// <param name="baseUrl">Where it is asked.</param>
    public static string OfListing(string mark, SettingMap filled, string baseUrl)
    {
        var text = new StringBuilder(mark).Append('\n').Append(baseUrl).Append('\n');
        foreach (var key in Asked)
        {
            if (filled[key] is { } node)
            {
                text.Append(key).Append(':');
                Append(text, node);
            }
        }

        return Of(text.ToString());
    }

    private static void Append(StringBuilder text, SettingNode node)
    {
        switch (node)
        {
            case SettingText scalar:
                text.Append(scalar.Plain ? 'p' : 'q').Append(scalar.Value).Append('\n');
                break;
            case SettingList list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Append(text, item);
                }

                text.Append(']');
                break;
            case SettingMap map:
                text.Append('{');
                foreach (var (key, value) in map.Entries)
                {
                    text.Append(key).Append(':');
                    Append(text, value);
                }

                text.Append('}');
                break;
        }
    }
}
