using System.Text;

namespace AuditFunctions.Tests.Support;

/// <summary>A field of a protobuf message, read without its schema (https://protobuf.dev/programming-guides/encoding/, read 2026-11-21).</summary>
internal readonly record struct ProtobufField(int Number, ReadOnlyMemory<byte> Bytes, ulong Value)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    /// <summary>The messages that a path of field numbers leads to.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, params int[] path) =>
        path.Length == 0 ? [message] : Of(message).Where(field => field.Number == path[0]).SelectMany(field => At(field.Bytes, path[1..]));

    /// <summary>The fields of a message.</summary>
    public static IReadOnlyList<ProtobufField> Of(ReadOnlyMemory<byte> message)
    {
        var fields = new List<ProtobufField>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(new((int)(tag >> 3), default, Varint(message.Span, ref at)));
                    break;
                case 1:
                    fields.Add(new((int)(tag >> 3), message.Slice(at, 8), 0));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    fields.Add(new((int)(tag >> 3), message.Slice(at, length), 0));
                    at += length;
                    break;
                case 5:
                    fields.Add(new((int)(tag >> 3), message.Slice(at, 4), 0));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at byte {at}.");
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
