using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>
/// Writes a body tree. Texts are JSON strings, except that what was written without quotes keeps its type (<c>100</c>, <c>true</c>), a lone
/// <c>{pageSize}</c>, <c>{page}</c> or <c>{offset}</c> is a number and a lone <c>{cursor:json}</c> is the JSON that the vendor gave.
/// </summary>
internal static class BodyWriter
{
    /// <summary>The body as JSON.</summary>
    public static byte[] WriteJson(RequestDefinition request, RequestValues values)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, request.Body!, request, values);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The body as a form: a flat map.</summary>
    public static byte[] WriteForm(RequestDefinition request, RequestValues values)
    {
        var form = new StringBuilder();
        foreach (var (name, node) in ((SettingMap)request.Body!).Entries)
        {
            if (node is SettingText text && Render(text, request, values) is { } value)
            {
                form.Append(form.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return Encoding.UTF8.GetBytes(form.ToString());
    }

    /// <summary>The body as the text that it is; null when a placeholder in it has no value.</summary>
    public static byte[]? WriteText(RequestDefinition request, RequestValues values) =>
        Render((SettingText)request.Body!, request, values) is { } text ? Encoding.UTF8.GetBytes(text) : null;

    private static string? Render(SettingText text, RequestDefinition request, RequestValues values) =>
        TextTemplate.Parse(text.Value).Render(part => values.TextOf(part, request));

    // A map or list of which nothing is left goes too; one that is empty in the template stays.
    private static bool HasValue(SettingNode node, RequestDefinition request, RequestValues values) => node switch
    {
        SettingText text => Render(text, request, values) is not null,
        SettingMap map => map.Entries.Count == 0 || map.Entries.Any(entry => HasValue(entry.Value, request, values)),
        SettingList list => list.Items.Count == 0 || list.Items.Any(item => HasValue(item, request, values)),
        _ => true,
    };

    private static void Write(Utf8JsonWriter writer, SettingNode node, RequestDefinition request, RequestValues values)
    {
        switch (node)
        {
            case SettingMap map:
                writer.WriteStartObject();
                foreach (var (name, value) in map.Entries.Where(entry => HasValue(entry.Value, request, values)))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value, request, values);
                }

                writer.WriteEndObject();
                break;
            case SettingList list:
                writer.WriteStartArray();
                foreach (var item in list.Items.Where(item => HasValue(item, request, values)))
                {
                    Write(writer, item, request, values);
                }

                writer.WriteEndArray();
                break;
            case SettingText text:
                Write(writer, text, request, values);
                break;
        }
    }

    private static void WriteVendorJson(Utf8JsonWriter writer, string json)
    {
        try
        {
            writer.WriteRawValue(json);
        }
        catch (JsonException)
        {
            throw new RequestException("the vendor's cursor is not JSON, though the body asks for {cursor:json}.", isOfCursor: true);
        }
    }

    private static void Write(Utf8JsonWriter writer, SettingText text, RequestDefinition request, RequestValues values)
    {
        var value = Render(text, request, values)!;
        var only = TextTemplate.Parse(text.Value).Only;
        if (only is { Name: RunPlaceholders.Cursor, Format: "json" })
        {
            WriteVendorJson(writer, value);
        }
        else if (text.IsNull)
        {
            writer.WriteNullValue();
        }
        else if ((text.Plain || (only is { Name: { } name } && RunPlaceholders.IsNumber(name)) || IsSigned(text.Value))
            && decimal.TryParse(value, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number))
        {
            writer.WriteNumberValue(number);
        }
        else if (text.Plain && value is "true" or "false")
        {
            writer.WriteBooleanValue(value == "true");
        }
        else
        {
            writer.WriteStringValue(value);
        }
    }

    // "+{from}": with quotes too, since a definition that is kept as JSON has no other way to write it.
    private static bool IsSigned(string text) => text.StartsWith("+{", StringComparison.Ordinal) && TextTemplate.Parse(text[1..]).Only is not null;
}
