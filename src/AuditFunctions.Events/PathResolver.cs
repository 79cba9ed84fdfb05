namespace AuditFunctions.Events;

/// <summary>
/// Follows path steps inside a value that is known to be valid JSON. For the steps that the scan does not follow (an index, the last
/// element, a match): it reads the value again for every step.
/// </summary>
public static class PathResolver
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
        var members = new JsonMembers(page, value.Start);
        return members.Find(name) ? JsonSlice.Of(page, members.ValueStart, members.ValueEnd) : default;
    }

    private static JsonSlice Element(ReadOnlySpan<byte> page, JsonSlice value, PathStep step)
    {
        var elements = new JsonElements(page, value.Start);
        JsonSlice last = default;
        for (int index = 0; elements.Next(); index++)
        {
            last = JsonSlice.Of(page, elements.Start, elements.End);
            if (step.Kind == PathStepKind.Index ? index == step.Index : step.Kind == PathStepKind.Match && Matches(page, last, step))
            {
                return last;
            }
        }

        return step.Kind == PathStepKind.Last ? last : default;
    }

    private static bool Matches(ReadOnlySpan<byte> page, JsonSlice element, PathStep step)
    {
        JsonSlice member = element.Kind == JsonKind.Object ? Member(page, element, step.Name) : default;
        return member.Kind is not (JsonKind.Missing or JsonKind.Object or JsonKind.Array)
            && JsonText.Unescape(page, member) == step.Text;
    }
}
