using System.Text.Json;

namespace AuditFunctions.Events;

/// <summary>
/// Follows path steps inside a value that is known to be valid JSON. For the steps that the scan does not follow (an index, the last
/// element, a match): it reads the value again for every step.
/// </summary>
internal static class PathResolver
{
    /// <summary>Replaces a value by the one at the end of the steps inside it.</summary>
    public static void Resolve(ReadOnlySpan<byte> page, ReadOnlySpan<PathStep> steps, ref JsonSlice value)
    {
        foreach (PathStep step in steps)
        {
            value = Step(page, value, step);
        }
    }

    private static JsonSlice Step(ReadOnlySpan<byte> page, JsonSlice value, PathStep step) => (step.Kind, value.Kind) switch
    {
        (PathStepKind.Name, JsonKind.Object) => Member(page, value, step.Name),
        (PathStepKind.Index or PathStepKind.Last or PathStepKind.Match, JsonKind.Array) => Element(page, value, step),
        _ => default,
    };

    private static JsonSlice Member(ReadOnlySpan<byte> page, JsonSlice value, MemberName name)
    {
        ReadOnlySpan<byte> text = page.Slice(value.Start, value.Length);
        Utf8JsonReader reader = Reader(text);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = name.Is(reader.ValueSpan);
            JsonSlice member = Next(ref reader, page, value.Start);
            if (found)
            {
                return member;
            }
        }

        return default;
    }

    private static JsonSlice Element(ReadOnlySpan<byte> page, JsonSlice value, PathStep step)
    {
        Utf8JsonReader reader = Reader(page.Slice(value.Start, value.Length));
        JsonSlice last = default;
        for (int index = 0; ; index++)
        {
            JsonSlice element = Next(ref reader, page, value.Start);
            if (element.Kind == JsonKind.Missing)
            {
                return step.Kind == PathStepKind.Last ? last : default;
            }

            if (step.Kind == PathStepKind.Index ? index == step.Index : step.Kind == PathStepKind.Match && Matches(page, element, step))
            {
                return element;
            }

            last = element;
        }
    }

    private static bool Matches(ReadOnlySpan<byte> page, JsonSlice element, PathStep step)
    {
        JsonSlice member = element.Kind == JsonKind.Object ? Member(page, element, step.Name) : default;
        return member.Kind is not (JsonKind.Missing or JsonKind.Object or JsonKind.Array)
            && JsonText.Unescape(page, member) == step.Text;
    }

    /// <summary>A reader inside the container, on its opening bracket.</summary>
    private static Utf8JsonReader Reader(ReadOnlySpan<byte> container)
    {
        var reader = new Utf8JsonReader(container, new JsonReaderOptions { MaxDepth = KindStack.MaxDepth });
        reader.Read();
        return reader;
    }

    /// <summary>The next value, skipped as a whole; missing at the end of the container.</summary>
    private static JsonSlice Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> page, int origin)
    {
        if (!reader.Read() || reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
        {
            return default;
        }

        int start = origin + (int)reader.TokenStartIndex;
        reader.Skip();
        return JsonSlice.Of(page, start, origin + (int)reader.BytesConsumed);
    }
}
