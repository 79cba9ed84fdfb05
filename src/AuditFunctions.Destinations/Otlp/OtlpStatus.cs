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
        var isOne = true;
        for (var at = 0; isOne && at < body.Length;)
        {
            isOne = body[at] == 0x0A && Length(body, at + 1, out var length, out var start) && length <= body.Length - start
                && Each(body.Slice(start, length), (field, number, text) => partial = field == 1 ? (number, partial.Message) : field == 2 ? (partial.Rejected, text) : partial);
            if (isOne)
            {
                Length(body, at + 1, out length, out start);
                at = start + length;
            }
        }

        return isOne ? partial : null;
    }

    private static bool Each(ReadOnlySpan<byte> body, Action<int, long, string> member)
    {
        for (var at = 0; at < body.Length;)
        {
            var (field, kind) = (body[at] >> 3, body[at] & 7);
            if (kind is not (0 or 2) || field == 0 || !Length(body, at + 1, out var value, out at))
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

    private static bool Length(ReadOnlySpan<byte> body, int at, out int value, out int next)
    {
        long number = 0;
        for (next = at; next < body.Length && next - at < 9;)
        {
            var one = body[next];
            number |= (long)(one & 0x7F) << (7 * (next - at));
            next++;
            if (one < 0x80)
            {
                value = (int)Math.Min(number, int.MaxValue);
                return true;
            }
        }

        value = 0;
        return false;
    }
}
