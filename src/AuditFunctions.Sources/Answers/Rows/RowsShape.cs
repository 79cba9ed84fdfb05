using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Answers.Rows;

/// <summary>Rows of values whose names stand elsewhere in the answer, or in the template (Snowflake, Databricks): each row becomes an object, its values as they came.</summary>
/// <param name="rows">Where the rows stand.</param>
/// <param name="columns">Where the columns stand; null when the template names them.</param>
/// <param name="name">Where a column has its name; null when it is a text itself.</param>
/// <param name="names">The names, when the template has them.</param>
/// <param name="needed">Columns that must be there where there are rows: an answer without them is something else.</param>
internal sealed class RowsShape(JsonPath rows, JsonPath? columns, JsonPath? name, IReadOnlyList<string> names, string[] needed) : IAnswerShape
{
    /// <summary>Reads <c>columns</c>.</summary>
    /// <param name="events">The map.</param>
    /// <param name="rows">Where the rows stand.</param>
    /// <param name="needed">Columns that must be there.</param>
    public static RowsShape Read(SettingReader events, JsonPath rows, string[] needed)
    {
        if (events.Node("columns") is not SettingMap)
        {
            var texts = events.Texts("columns");
            return new RowsShape(rows, null, null, texts, needed);
        }

        var map = events.Map("columns")!;
        var (columns, name) = (map.Path("path", map.Required("path")) ?? JsonPath.Root, map.Path("name"));
        map.Finish();
        return new RowsShape(rows, columns, name, [], needed);
    }

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds) => ShapedPage.OfJson(answer, into, (writer, root) =>
    {
        if (ElementPath.Follow(root, rows) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        if (NamesOf(root) is not { } known)
        {
            if (list.GetArrayLength() > 0)
            {
                return $"it names no columns at '{columns}'";
            }

            known = new ColumnNames();
        }

        if (known.Count > ShapeBounds.MostColumns)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it names {known.Count:N0} columns, more than {ShapeBounds.MostColumns:N0}");
        }

        if (list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Array && needed.FirstOrDefault(one => !known.Contains(one)) is { } missing)
        {
            return $"it names no column '{missing}'{(columns is null ? "" : $" at '{columns}'")}";
        }

        writer.WriteStartArray(ShapedPage.Events);
        foreach (var row in list.EnumerateArray())
        {
            bounds.Step(writer);
            Write(writer, row, known);
        }

        writer.WriteEndArray();
        return null;
    });

    private static void Write(Utf8JsonWriter writer, JsonElement row, ColumnNames known)
    {
        if (row.ValueKind != JsonValueKind.Array)
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(row), skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        var column = 0;
        foreach (var value in row.EnumerateArray())
        {
            writer.WritePropertyName(known[column++]);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private ColumnNames? NamesOf(JsonElement root)
    {
        var known = new ColumnNames();
        if (columns is null)
        {
            foreach (var one in names)
            {
                known.Add(one);
            }

            return known;
        }

        if (ElementPath.Follow(root, columns) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        foreach (var column in list.EnumerateArray())
        {
            known.Add((name is null ? column : ElementPath.Follow(column, name))?.AsText() ?? "");
        }

        return known;
    }
}
