using System.Text.Json;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Answers.ContextLine;

/// <summary>JSON lines of which the first or last is no event, but says where to go on (Akamai): it is what paging and stops look at.</summary>
/// <param name="isFirst">Whether it is the first line, else the last.</param>
/// <param name="ofEvents">Where id and time stand in an event.</param>
internal sealed class ContextLineShape(bool isFirst, IReadOnlyList<JsonPath> ofEvents) : IAnswerShape
{
    private readonly PagePlan _ofEvents = ErrorRules.PlanOf(ofEvents);

    /// <inheritdoc/>
    public bool HasContext => true;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds)
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

        // Broken off between two lines, an answer ends with an event: taken for the context it would be lost, and the window would end.
        if (IsEvent(context))
        {
            return $"its {(isFirst ? "first" : "last")} line, which should say where to go on, is an event: the answer is not whole";
        }

        into.Write("{\"events\":["u8);
        var count = 0;
        while (!rest.IsEmpty)
        {
            bounds.Step(into.Length);
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

    private bool IsEvent(ReadOnlySpan<byte> line)
    {
        using var cut = new CutPage();
        return ofEvents.Count > 0 && PageCutter.Cut(line, _ofEvents, cut) is null
            && Enumerable.Range(0, ofEvents.Count).All(field => cut.PageField(field).Kind is not (JsonKind.Missing or JsonKind.Null));
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ShapedPage.MaxDepth });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
