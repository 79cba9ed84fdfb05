using System.Text.Json;
using System.Text.Unicode;
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
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds) => ShapedPage.OfJson(answer, into, bounds, (writer, root) =>
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
    private bool Write(Utf8JsonWriter writer, JsonPart from, ReadOnlySpan<JsonPath> parts, string name, bool isOpen, ShapeBounds bounds)
    {
        if (from.Follow(parts[0]) is not { } value || (parts.Length > 1 && value is { IsArray: false, IsNull: false }))
        {
            return false;
        }

        if (parts.Length > 1 && value.First is not null)
        {
            var isFound = false;
            var areSingle = parts.Length == 2 && AreSingle(value, parts[1], bounds);
            for (var each = value.Elements(); each.Next();)
            {
                bounds.Step(writer);
                var element = value.At(each);
                if (areSingle && element.Follow(parts[1]) is null)
                {
                    Open(writer, isOpen || isFound);
                    WriteEvent(writer, element, name, bounds);
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
        if (parts.Length > 1 || value.IsNull)
        {
            // Nothing is in it.
        }
        else if (value.IsArray)
        {
            for (var each = value.Elements(); each.Next();)
            {
                bounds.Step(writer);
                WriteEvent(writer, value.At(each), name, bounds);
            }
        }
        else
        {
            WriteEvent(writer, value, name, bounds);
        }

        return true;
    }

    // Where each element holds one event, one that lacks it would be lost silently: it is sent as it stands. Null says that there is none.
    private static bool AreSingle(JsonPart list, JsonPath path, ShapeBounds bounds)
    {
        for (var each = list.Elements(); each.Next();)
        {
            bounds.Step(0);
            if (list.At(each).Follow(path) is { IsNull: false } value)
            {
                return !value.IsArray;
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

    private void WriteEvent(Utf8JsonWriter writer, JsonPart element, string name, ShapeBounds bounds)
    {
        var raw = element.Raw;
        if (raw.Length > 2 * CutPage.MostEventBytes)
        {
            // Longer than can be delivered, whatever is made of it.
            writer.WriteRawValue(raw, skipInputValidation: true);
            return;
        }

        if (element.IsText)
        {
            using var text = new PooledBytes(raw.Length);
            text.Advance(JsonText.UnescapeTo(raw[1..^1], text.GetSpan(raw.Length)));
            var isEvent = IsEvent(text.WrittenSpan, bounds);
            writer.WriteRawValue(isEvent ? text.WrittenSpan : raw, skipInputValidation: true);
            return;
        }

        if (_label is null || !element.IsObject)
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

    private static bool IsEvent(ReadOnlySpan<byte> text, ShapeBounds bounds) =>
        text.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] && Utf8.IsValid(text) && ShapedPage.FaultIn(text, bounds) is null;
}
