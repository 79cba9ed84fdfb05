using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Lines;

/// <summary>Lines of text: each becomes an object with the member <c>line</c>. A line of nothing but white space is left out.</summary>
internal sealed class LinesShape : IAnswerShape
{
    /// <summary>The member that holds the line.</summary>
    public const string Member = "line";

    /// <inheritdoc/>
    public bool IsOfLines => true;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds)
    {
        var rest = answer.Span[ByteOrderMark.LengthOf(answer.Span)..];
        if (ErrorIn(rest, bounds) is { } said)
        {
            return $"it is a JSON object, which says at {said} that something went wrong";
        }

        into.Write("{\"events\":["u8);
        var isFirst = true;
        while (rest.Length > 0)
        {
            bounds.Step(into.Length);
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Trim(" \t"u8).Length == 0)
            {
                continue;
            }

            into.Write(isFirst ? "{\"line\":"u8 : ",{\"line\":"u8);
            into.WriteUtf8AsText(line);
            into.Write("}"u8);
            isFirst = false;
        }

        into.Write("]}"u8);
        return null;
    }

    // Each line of it would be an event, or an item that is asked for.
    private static string? ErrorIn(ReadOnlySpan<byte> answer, ShapeBounds bounds) =>
        answer.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && ShapedPage.FaultIn(answer, bounds) is null ? SaidError.Of(answer, shape: null, bounds.Stop) : null;
}
