using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging.Keyset;

/// <summary>Several values of the body together name the next page, each with a placeholder of its own: <c>{cursor.NAME}</c>.</summary>
/// <param name="values">The values by name.</param>
internal sealed class KeysetPaging(IReadOnlyList<KeysetValue> values) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "keyset",
        "`keyset` | `values`, a map of names and paths | Several values of the body, which become `{cursor.NAME}` each. Where one of them is null, there is no next page.",
        (reader, fields, _) => Read(reader, fields));

    /// <inheritdoc/>
    public string? Placeholder => values.Count == 0 ? RunPlaceholders.Cursor : RunPlaceholders.OfCursorPart(values[0].Name);

    /// <inheritdoc/>
    public IReadOnlyList<string> CursorParts { get; } = [.. values.Select(value => value.Name)];

    /// <inheritdoc/>
    public string? NextPath { get; } = string.Join("', '", values.Select(value => value.Path));

    /// <inheritdoc/>
    public bool HasNext(PageView page) => values.All(value => page.HasField(value.PageField));

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        var found = values.Select(value => page.FieldText(value.PageField)).ToArray();
        return found.Any(text => text is null) ? null : CursorValues.Write(values.Zip(found, (value, text) => (value.Name, text!)));
    }

    private static KeysetPaging Read(SettingReader reader, PageFields fields)
    {
        var values = new List<KeysetValue>();
        if (reader.Map("values") is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                {
                    map.Problems.Add(map.At(name), "is no name; allowed are letters, digits, '_' and '-'.");
                }
                else
                {
                    values.Add(new KeysetValue(name, fields.AddOptional(map, name), map.Required(name)));
                }
            }

            map.Finish();
        }

        if (values.Count < 2)
        {
            reader.Problems.Add(reader.At("values"), "must name two values or more, such as { pit: paging.pit_id, after: paging.after }; for one there is the kind 'cursor'.");
        }

        return new KeysetPaging(values);
    }
}

/// <summary>One of the values.</summary>
/// <param name="Name">Its name in the placeholder.</param>
/// <param name="PageField">Index among the page fields.</param>
/// <param name="Path">Where it stands, for messages.</param>
internal readonly record struct KeysetValue(string Name, int PageField, string Path);
