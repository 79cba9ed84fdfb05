using System.Text.Json;
using System.Text.Unicode;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Writes what a listing's table holds of an object: a JSON object without line breaks, whose values keep their bytes. Not thread safe.</summary>
/// <param name="keep">The fields.</param>
internal sealed class TableRowWriter(IReadOnlyList<KeptField> keep)
{
    /// <summary>A value that is longer, in bytes, is left out, and so is one that is nested deeper than <see cref="Deepest"/>.</summary>
    public const int LongestValue = 4_096;

    /// <summary>The deepest value: its row must not be deeper than what JSON readers take.</summary>
    public const int Deepest = 32;

    private readonly FieldSearch _search = new();
    private readonly (byte[] Name, FieldPath[] Path)[] _fields =
        [.. keep.Select(field => ((byte[])[(byte)'"', .. JsonEncodedText.Encode(field.Name).EncodedUtf8Bytes, (byte)'"', (byte)':'], new[] { field.Path }))];

    /// <summary>Writes an object's row; nothing where no field is kept. What is not there, or null, is left out.</summary>
    /// <returns>How many values were left out for what they are.</returns>
    public int Write(ReadOnlySpan<byte> json, PooledBytes into)
    {
        if (_fields.Length == 0)
        {
            return 0;
        }

        var (leftOut, isFirst) = (0, true);
        into.Write("{"u8);
        foreach (var (name, path) in _fields)
        {
            if (_search.Find(json, path, firstOnly: true) is not [var found, ..] || json[found.ValueStart..found.ValueEnd] is var value && value.SequenceEqual("null"u8))
            {
                continue;
            }

            // One value that the table's reader refuses would cost the whole table.
            if (value.Length > LongestValue || !IsPlain(value))
            {
                leftOut++;
                continue;
            }

            into.Write(isFirst ? ""u8 : ","u8);
            into.Write(name);
            WriteLine(value, into);
            isFirst = false;
        }

        into.Write("}"u8);
        return leftOut;
    }

    private static bool IsPlain(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = Deepest });
            while (reader.Read())
            {
            }

            return Utf8.IsValid(value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Line breaks stand in JSON only between its parts: never inside a text.
    private static void WriteLine(ReadOnlySpan<byte> value, PooledBytes into)
    {
        while (value.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var at)
        {
            into.Write(value[..at]);
            value = value[(at + 1)..];
        }

        into.Write(value);
    }
}
