using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.ContextLine;

/// <summary>JSON lines of which the first or last is no event, but says where to go on (Akamai): it is what paging and stops look at.</summary>
/// <param name="isFirst">Whether it is the first line, else the last.</param>
internal sealed class ContextLineShape(bool isFirst) : IAnswerShape
{
    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, TimeProvider time)
    {
        var rest = answer.Span[ByteOrderMark.LengthOf(answer.Span)..].Trim(" \r\n\t"u8);
        if (rest.IsEmpty)
        {
            return "it has no line";
        }

        var at = isFirst ? rest.IndexOf((byte)'\n') : rest.LastIndexOf((byte)'\n');
        var context = at < 0 ? rest : isFirst ? rest[..at] : rest[(at + 1)..];
        rest = at < 0 ? [] : isFirst ? rest[(at + 1)..] : rest[..at];
        if (!IsObject(context))
        {
            return $"its {(isFirst ? "first" : "last")} line is not a JSON object";
        }

        into.Write("{\"events\":["u8);
        var count = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).Trim(" \r\t"u8);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                into.Write(count++ == 0 ? [] : ","u8);
                into.Write(line);
            }
        }

        into.Write("],\"page\":"u8);
        into.Write(context);
        into.Write("}"u8);
        return null;
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 1_000 });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
