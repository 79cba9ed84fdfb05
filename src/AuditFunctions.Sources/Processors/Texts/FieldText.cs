using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Texts;

/// <summary>
/// A text with fields of the event in it: <c>{{actor.id}} of {{$source}}</c>. A lone field keeps its kind: a number stays one. Without a value for a
/// field there is no text, unless the field is written <c>{{actor.id?}}</c>.
/// </summary>
internal sealed class FieldText
{
    private readonly List<Part> _parts = [];

    private FieldText()
    {
    }

    /// <summary>What the names that start with <c>$</c> stand for.</summary>
    public const string Known = "$source, $vendor, $template, $partition, $id, $time";

    /// <summary>Reads a text in which a brace opens a field.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldText? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = new FieldText();
        error = null;
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length && error is null; at++)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at])
            {
                literal.Append(text[at++]);
            }
            else if (text[at] != '{')
            {
                literal.Append(text[at]);
            }
            else if (text.IndexOf('}', at) is var end && end < 0)
            {
                error = $"'{text}' opens a field and does not close it.";
            }
            else
            {
                parsed.Flush(literal);
                error = parsed.AddField(text[(at + 1)..end]);
                at = end;
            }
        }

        parsed.Flush(literal);
        return error is null;
    }

    /// <summary>Writes the value as JSON.</summary>
    /// <returns>False when a field has none.</returns>
    public bool TryWrite(ReadOnlySpan<byte> json, ProcessorCall call, PooledBytes into)
    {
        if (_parts is [{ Path: { } only }])
        {
            var found = call.Search.Find(json, only, firstOnly: true);
            if (found.Length > 0)
            {
                into.Write(found[0].Value(json));
            }
            else if (_parts[0].IsOptional)
            {
                into.Write("\"\""u8);
            }

            return found.Length > 0 || _parts[0].IsOptional;
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            if (ValueOf(part, json, call) is { } value)
            {
                ProcessorBuffer.Check((long)text.Length + value.Length);
                text.Append(value);
            }
            else if (!part.IsOptional)
            {
                return false;
            }
        }

        into.WriteText(text.ToString());
        return true;
    }

    private static string? ValueOf(Part part, ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (part.Literal is not null)
        {
            return part.Literal;
        }

        if (part.Path is { } path)
        {
            var found = call.Search.Find(json, path, firstOnly: true);
            return found.Length > 0 && found[0].Slice(json) is { Kind: not JsonKind.Null } slice ? JsonText.Unescape(json, slice) : null;
        }

        return part.Name switch
        {
            "$source" => call.Page.Facts.Source,
            "$vendor" => call.Page.Facts.Vendor,
            "$template" => call.Page.Facts.Template,
            "$partition" => call.Page.Partition,
            "$id" => call.Id.Length > 0 ? JsonText.Unescape(call.Id) : call.Key.ToString(),
            _ => call.Time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        };
    }

    private string? AddField(string text)
    {
        var isOptional = text.EndsWith('?');
        var name = isOptional ? text[..^1] : text;
        if (name.StartsWith('$') && !name.StartsWith("$.", StringComparison.Ordinal))
        {
            _parts.Add(new Part(null, name, null, isOptional));
            return Known.Split(", ").Contains(name, StringComparer.Ordinal) ? null : $"'{name}' is not known; allowed: paths, and {Known}.";
        }

        if (!FieldPath.TryParse(name, out var path, out var error))
        {
            return error;
        }

        _parts.Add(new Part(null, name, [path], isOptional));
        return null;
    }

    private void Flush(StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            _parts.Add(new Part(literal.ToString(), null, null, IsOptional: false));
            literal.Clear();
        }
    }

    private sealed record Part(string? Literal, string? Name, FieldPath[]? Path, bool IsOptional);
}
