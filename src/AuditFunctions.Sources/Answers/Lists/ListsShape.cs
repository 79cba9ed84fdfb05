using System.Runtime.InteropServices;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Answers.Lists;

/// <summary>
/// Several lists in one answer (Proofpoint's four), or lists inside lists (Cato's records of accounts): one after the other, in the order of the template.
/// An event stays byte for byte what the vendor sent, but for the name of its list, which may be put in front of its members. A text that holds JSON is
/// the event that it holds.
/// </summary>
internal sealed class ListsShape : IAnswerShape
{
    private const string Each = "[*]";

    private readonly IReadOnlyList<(string Text, JsonPath[] Parts)> _lists;
    private readonly string? _label;

    private ListsShape(IReadOnlyList<(string Text, JsonPath[] Parts)> lists, string? label) => (_lists, _label) = (lists, label);

    /// <summary>Whether paths to events need this shape.</summary>
    public static bool IsNeededFor(IReadOnlyList<string> paths) => paths.Count > 1 || paths.Any(path => path.Contains(Each, StringComparison.Ordinal));

    /// <summary>Reads the paths.</summary>
    public static ListsShape Read(SettingReader events, IReadOnlyList<string> paths)
    {
        var lists = new List<(string Text, JsonPath[] Parts)>();
        foreach (var text in paths)
        {
            var parts = new List<JsonPath>();
            foreach (var piece in text.Split(Each))
            {
                if (events.Path("path", piece.TrimStart('.')) is { } path)
                {
                    parts.Add(path);
                }
            }

            lists.Add((text, [.. parts]));
        }

        return new ListsShape(lists, events.Text("label"));
    }

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds) => ShapedPage.OfJson(answer, into, (writer, root) =>
    {
        var (isOpen, missing) = (false, (string?)null);
        foreach (var (text, parts) in _lists)
        {
            var isFound = Write(writer, root, parts, text, isOpen, bounds);
            isOpen |= isFound;
            missing ??= isFound ? null : text;
        }

        if (isOpen)
        {
            writer.WriteEndArray();
            bounds.Lacks = missing is null ? null : $"nothing stands at '{missing}'";
        }

        return null;
    });

    // The list of events is opened by the first list that is there: an answer without any says nothing of events. A list of lists is there when one of
    // them is, or when it is empty.
    private bool Write(Utf8JsonWriter writer, JsonElement from, ReadOnlySpan<JsonPath> parts, string name, bool isOpen, ShapeBounds bounds)
    {
        if (ElementPath.Follow(from, parts[0]) is not { } value || (parts.Length > 1 && value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)))
        {
            return false;
        }

        if (parts.Length > 1 && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            var isFound = false;
            var areSingle = parts.Length == 2 && AreSingle(value, parts[1]);
            foreach (var element in value.EnumerateArray())
            {
                bounds.Step(writer);
                if (areSingle && ElementPath.Follow(element, parts[1]) is null)
                {
                    Open(writer, isOpen || isFound);
                    WriteEvent(writer, element, name);
                    isFound = true;
                }
                else
                {
                    isFound |= Write(writer, element, parts[1..], name, isOpen || isFound, bounds);
                }
            }

            return isFound;
        }

        Open(writer, isOpen);
        if (parts.Length > 1 || value.ValueKind == JsonValueKind.Null)
        {
            // Nothing is in it.
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
            {
                bounds.Step(writer);
                WriteEvent(writer, element, name);
            }
        }
        else
        {
            WriteEvent(writer, value, name);
        }

        return true;
    }

    // Where each element holds one event, one that lacks it would be left out without a word: it is sent as it stands. Null says that there is none.
    private static bool AreSingle(JsonElement list, JsonPath path)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (ElementPath.Follow(element, path) is { ValueKind: not JsonValueKind.Null } value)
            {
                return value.ValueKind != JsonValueKind.Array;
            }
        }

        return false;
    }

    private static void Open(Utf8JsonWriter writer, bool isOpen)
    {
        if (!isOpen)
        {
            writer.WriteStartArray(ShapedPage.Events);
        }
    }

    private void WriteEvent(Utf8JsonWriter writer, JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.String && element.AsText()?.TrimStart() is ['{' or '[', ..] text && IsJson(text))
        {
            writer.WriteRawValue(text, skipInputValidation: true);
            return;
        }

        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (_label is null || element.ValueKind != JsonValueKind.Object)
        {
            writer.WriteRawValue(raw, skipInputValidation: true);
            return;
        }

        var rest = raw[1..].TrimStart(" \r\n\t"u8);
        using var labelled = new PooledBytes(raw.Length + 64);
        labelled.Write("{"u8);
        labelled.Write(JsonSerializer.SerializeToUtf8Bytes(_label, ShapedJson.Default.String));
        labelled.Write(":"u8);
        labelled.Write(JsonSerializer.SerializeToUtf8Bytes(name, ShapedJson.Default.String));
        labelled.Write(rest.StartsWith("}"u8) ? [] : ","u8);
        labelled.Write(rest);
        writer.WriteRawValue(labelled.WrittenSpan, skipInputValidation: true);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text, ShapedPage.Reading);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
