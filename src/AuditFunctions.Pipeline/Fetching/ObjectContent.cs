using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// What counts of an object's content: its members down to values and lists, by their names with dots between them, but for those that are ignored. The
/// order of the members and blanks between them make no change. Not thread safe.
/// </summary>
/// <param name="ignored">Members that do not count, with all below them.</param>
internal sealed class ObjectContent(IReadOnlyList<string> ignored) : IDisposable
{
    // Deeper objects are values as a whole, and so are those of longer names.
    private const int Deepest = 8;
    private const int LongestName = 500;

    // What of more members has changed is not described.
    private const int MostFields = 1_000;

    private readonly byte[][] _ignored = [.. ignored.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _name = new byte[LongestName];
    private readonly PooledBytes _names = new();
    private readonly List<Field> _fields = [];
    private readonly PooledBytes _text = new();

    /// <summary>Reads an object.</summary>
    /// <returns>Hash of what counts.</returns>
    public ulong Read(ReadOnlySpan<byte> json)
    {
        _names.Clear();
        _fields.Clear();
        _text.Clear();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadMembers(ref reader, json, 0, 1);
            }
            else
            {
                Add(0, json);
            }
        }
        catch (JsonException)
        {
            _names.Clear();
            _fields.Clear();
            Add(0, json);
        }

        _fields.Sort((one, other) => NameOf(one).SequenceCompareTo(NameOf(other)) is not 0 and var order ? order : one.Hash.CompareTo(other.Hash));
        Span<byte> number = stackalloc byte[sizeof(int) + sizeof(ulong)];
        foreach (var field in _fields)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, field.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(number[sizeof(int)..], field.Hash);
            _text.Write(number);
            _text.Write(NameOf(field));
        }

        return HashOf(_text.WrittenSpan);
    }

    /// <summary>Writes what a later listing needs to say what has changed of the object that was read.</summary>
    /// <param name="key">The key as JSON; empty when it has none.</param>
    /// <param name="into">Takes it: the key's length and bytes, and for each member its name's length, name and hash.</param>
    public void WriteFields(ReadOnlySpan<byte> key, PooledBytes into)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(number, key.Length);
        into.Write(number);
        into.Write(key);
        foreach (var field in _fields.Take(MostFields))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)field.Length);
            into.Write(number[..sizeof(ushort)]);
            into.Write(NameOf(field));
            BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)field.Hash);
            into.Write(number);
        }
    }

    /// <summary>The key that <see cref="WriteFields"/> wrote.</summary>
    public static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> fields) => fields.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(fields));

    /// <summary>Writes the names that have another value than before, are new or are gone, as the inside of a JSON list.</summary>
    /// <param name="now">What was written of the object now.</param>
    /// <param name="before">What was written of it before.</param>
    /// <param name="into">Takes the names.</param>
    public static void WriteChanged(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before, PooledBytes into)
    {
        now = now[(sizeof(int) + KeyOf(now).Length)..];
        before = before[(sizeof(int) + KeyOf(before).Length)..];
        var isFirst = true;
        while (now.Length + before.Length > 0)
        {
            // Both are in the order of their names.
            var order = now.Length == 0 ? 1 : before.Length == 0 ? -1 : Name(now).SequenceCompareTo(Name(before));
            var name = order <= 0 ? Name(now) : Name(before);
            if (order != 0 || !Entry(now).SequenceEqual(Entry(before)))
            {
                into.Write(isFirst ? "\""u8 : ",\""u8);
                into.Write(name);
                into.Write("\""u8);
                isFirst = false;
            }

            now = order <= 0 ? now[Entry(now).Length..] : now;
            before = order >= 0 ? before[Entry(before).Length..] : before;
        }

        static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> fields) => fields.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(fields));
        static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> fields) => fields[..(sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(fields) + sizeof(uint))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _names.Dispose();
        _text.Dispose();
    }

    private void ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int length, int depth)
    {
        var isEmpty = true;
        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var own = length;
            var isNamed = length + 1 + reader.ValueSpan.Length <= LongestName;
            if (isNamed)
            {
                if (length > 0)
                {
                    _name[own++] = (byte)'.';
                }

                reader.ValueSpan.CopyTo(_name.AsSpan(own));
                own += reader.ValueSpan.Length;
            }

            reader.Read();
            if (IsIgnored(own))
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject && depth < Deepest && isNamed)
            {
                ReadMembers(ref reader, json, own, depth + 1);
            }
            else
            {
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                Add(own, json[from..(int)reader.BytesConsumed]);
            }
        }

        if (isEmpty)
        {
            Add(length, json[start..(int)reader.BytesConsumed]);
        }
    }

    private bool IsIgnored(int length)
    {
        foreach (var one in _ignored)
        {
            if (_name.AsSpan(0, length).SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(int nameLength, ReadOnlySpan<byte> value)
    {
        _fields.Add(new Field(_names.Length, nameLength, HashOf(value)));
        _names.Write(_name.AsSpan(0, nameLength));
    }

    private ReadOnlySpan<byte> NameOf(Field field) => _names.WrittenSpan.Slice(field.Start, field.Length);

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private readonly record struct Field(int Start, int Length, ulong Hash);
}
