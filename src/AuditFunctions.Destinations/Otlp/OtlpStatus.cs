using System.Text;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>Reads the few members of OTLP's answers in protobuf.</summary>
internal static class OtlpStatus
{
    private const int MaxText = 200;

    /// <summary><c>google.rpc.Status.message</c>; null when the bytes are no such message.</summary>
    public static string? MessageOf(ReadOnlySpan<byte> body)
    {
        string? message = null;
        return Each(body, (field, _, text) => message = field == 2 ? text : message) && body.Length > 0 ? message ?? "" : null;
    }

    /// <summary><c>ExportLogsServiceResponse.partial_success</c>; nothing rejected where it is unset; null when the bytes are no such message.</summary>
    public static (long Rejected, string? Message)? PartialOf(ReadOnlySpan<byte> body)
    {
        (long Rejected, string? Message) partial = default;
        for (var at = 0; at < body.Length;)
        {
            if (body[at++] != 0x0A || !Number(body, ref at, out var length) || length > body.Length - at
                || !Each(body.Slice(at, length), (field, number, text) => partial = field == 1 ? (number, partial.Message) : field == 2 ? (partial.Rejected, text) : partial))
            {
                return null;
            }

            at += length;
        }

        return partial;
    }

    // Of both messages field 1 is a number and field 2 is text.
    private static bool Each(ReadOnlySpan<byte> body, Action<int, long, string> member)
    {
        for (var at = 0; at < body.Length;)
        {
            var (field, kind) = (body[at] >> 3, body[at] & 7);
            at++;
            if (kind is not (0 or 2) || field == 0 || (field <= 2 && kind != 2 * (field - 1)) || !Number(body, ref at, out var value))
            {
                return false;
            }

            if (kind == 2)
            {
                if (value > body.Length - at)
                {
                    return false;
                }

                var text = Encoding.UTF8.GetString(body.Slice(at, Math.Min(value, MaxText)));
                at += value;
                member(field, 0, text);
            }
            else
            {
                member(field, value, "");
            }
        }

        return true;
    }

    private static bool Number(ReadOnlySpan<byte> body, ref int at, out int value)
    {
        var isOne = Protobuf.TryReadVarint(body, ref at, out var number);
        value = (int)Math.Min(number, int.MaxValue);
        return isOne;
    }
}
