using System.Text.Json;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>A table in a file with a JSON object a line. Values keep their kind and bytes.</summary>
/// <param name="Columns">Which members count.</param>
internal sealed record JsonLinesTable(TableColumns Columns) : ILookupForm
{
    /// <inheritdoc/>
    public long MostBytes => LookupFile.MostTableBytes;

    /// <inheritdoc/>
    public ILookupContent Read(byte[] bytes)
    {
        TableFile.CheckUtf8(bytes);
        var table = new LookupTable(Columns.IgnoreCase);
        var (keys, written) = (Columns.Keys.Select(name => new MemberName(name)).ToArray(), Columns.Names.Select(name => (Text: name, Name: new MemberName(name))).ToArray());
        using var value = new PooledBytes();
        var rest = bytes.AsSpan();
        rest = rest.StartsWith("\uFEFF"u8) ? rest[3..] : rest;
        for (var line = 1; rest.Length > 0; line++)
        {
            var end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> one = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (one.IsEmpty)
            {
                continue;
            }

            Check(one, line);
            if (KeyOf(one, keys) is not { } found)
            {
                continue;
            }

            value.Clear();
            if (Write(value, one, written))
            {
                table.Add(found, value.WrittenSpan.ToArray());
            }
        }

        return table;
    }

    private bool Write(PooledBytes into, ReadOnlySpan<byte> one, (string Text, MemberName Name)[] written)
    {
        if (written.Length == 0)
        {
            into.Write(one);
            return true;
        }

        var count = 0;
        into.Write(Columns.IsSingle ? ""u8 : "{"u8);
        foreach (var (text, name) in written)
        {
            var members = new JsonMembers(one, 0);
            if (!members.Find(name))
            {
                continue;
            }

            if (!Columns.IsSingle)
            {
                into.Write(count > 0 ? ","u8 : ""u8);
                into.WriteText(text);
                into.Write(":"u8);
            }

            into.Write(one[members.ValueStart..members.ValueEnd]);
            count++;
        }

        into.Write(Columns.IsSingle ? ""u8 : "}"u8);
        return count > 0 || !Columns.IsSingle;
    }

    // An object without one of its key's members says nothing.
    private static string? KeyOf(ReadOnlySpan<byte> one, MemberName[] keys)
    {
        var values = new string[keys.Length];
        for (var at = 0; at < keys.Length; at++)
        {
            if (KeyOf(one, keys[at]) is not { Length: > 0 } value)
            {
                return null;
            }

            values[at] = value;
        }

        return string.Join(LookupTable.Between, values);
    }

    // Texts, numbers and flags are keys as they are spelt; nothing else is one.
    private static string? KeyOf(ReadOnlySpan<byte> one, MemberName key)
    {
        var members = new JsonMembers(one, 0);
        if (!members.Find(key) || one[members.ValueStart] is (byte)'{' or (byte)'[' or (byte)'n')
        {
            return null;
        }

        var raw = one[members.ValueStart..members.ValueEnd];
        return raw[0] == '"' ? JsonText.Unescape(raw[1..^1]) : System.Text.Encoding.ASCII.GetString(raw);
    }

    private static void Check(ReadOnlySpan<byte> one, int line)
    {
        if (one[0] != '{')
        {
            throw new LookupFileException($"line {line} is no JSON object");
        }

        try
        {
            var reader = new Utf8JsonReader(one);
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            throw new LookupFileException($"line {line} is not valid JSON");
        }
    }
}
