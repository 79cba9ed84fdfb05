using System.Globalization;
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
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds) => ShapedPage.OfJson(answer, into, bounds, (writer, root) =>
    {
        if (root.Follow(rows) is not { IsArray: true } list)
        {
            return null;
        }

        if (NamesOf(root) is not { } known)
        {
            if (list.First is not null)
            {
                return $"it names no columns at '{columns}'";
            }

            known = new ColumnNames();
        }

        if (known.Count > ShapeBounds.MostColumns)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it names more than {ShapeBounds.MostColumns:N0} columns");
        }

        if (list.First is { IsArray: true } && needed.FirstOrDefault(one => !known.Contains(one)) is { } missing)
        {
            return $"it names no column '{missing}'{(columns is null ? "" : $" at '{columns}'")}";
        }

        writer.WriteStartArray(ShapedPage.Events);
        for (var each = list.Elements(); each.Next();)
        {
            bounds.Step(writer);
            Write(writer, list.At(each), known);
        }

        writer.WriteEndArray();
        return null;
    });

    private static void Write(Utf8JsonWriter writer, JsonPart row, ColumnNames known)
    {
        if (!row.IsArray)
        {
            writer.WriteRawValue(row.Raw, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        var column = 0;
        for (var each = row.Elements(); each.Next();)
        {
            writer.WritePropertyName(known[column++]);
            writer.WriteRawValue(row.At(each).Raw, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private ColumnNames? NamesOf(JsonPart root)
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

        if (root.Follow(columns) is not { IsArray: true } list)
        {
            return null;
        }

        for (var each = list.Elements(); each.Next() && known.Count <= ShapeBounds.MostColumns;)
        {
            var column = list.At(each);
            known.Add((name is null ? column : column.Follow(name))?.AsText() ?? "");
        }

        return known;
    }
}
