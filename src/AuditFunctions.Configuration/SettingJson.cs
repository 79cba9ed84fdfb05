using System.Text;
using System.Text.Json;

namespace AuditFunctions.Configuration;

/// <summary>
/// Writes a tree as one line of JSON that reads back as the same tree: what was written without quotes and is a number, a flag or nothing stays
/// without them.
/// </summary>
public static class SettingJson
{
    /// <summary>Writes a tree.</summary>
    public static string Write(SettingNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>Writes a text in JSON's quotes, which are YAML's too.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        AppendQuoted(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, SettingNode node)
    {
        switch (node)
        {
            case SettingMap map:
                text.Append('{');
                foreach (var (key, value) in map.Entries)
                {
                    Separate(text, '{');
                    AppendQuoted(text, key);
                    text.Append(": ");
                    Append(text, value);
                }

                text.Append('}');
                break;
            case SettingList list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Separate(text, '[');
                    Append(text, item);
                }

                text.Append(']');
                break;
            case SettingText { IsNull: true }:
                text.Append("null");
                break;
            case SettingText { Plain: true } plain when IsUnquoted(plain.Value):
                text.Append(plain.Value);
                break;
            case SettingText quoted:
                AppendQuoted(text, quoted.Value);
                break;
        }
    }

    private static bool IsUnquoted(string value)
    {
        if (value is "true" or "false")
        {
            return true;
        }

        if (value.Length == 0 || !(char.IsAsciiDigit(value[0]) || value[0] == '-'))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(value));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Separate(StringBuilder text, char start)
    {
        if (text[^1] != start)
        {
            text.Append(", ");
        }
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => text.Append($"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
