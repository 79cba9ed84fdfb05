using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>Follows a path inside parsed JSON.</summary>
internal static class ElementPath
{
    /// <summary>The value at the path; null when nothing stands there.</summary>
    public static JsonElement? Follow(JsonElement from, JsonPath path)
    {
        var at = from;
        foreach (var step in path.Steps)
        {
            if (Next(at, step) is not { } next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    /// <summary>The value one step further; null when nothing stands there.</summary>
    public static JsonElement? Next(JsonElement at, PathStep step) => (step.Kind, at.ValueKind) switch
    {
        (PathStepKind.Name, JsonValueKind.Object) => at.Member(step.Name.Text),
        (PathStepKind.Index, JsonValueKind.Array) => step.Index < at.GetArrayLength() ? at[step.Index] : null,
        (PathStepKind.Last, JsonValueKind.Array) => at.GetArrayLength() is var count and > 0 ? at[count - 1] : null,
        (PathStepKind.Match, JsonValueKind.Array) => First(at, step),
        _ => null,
    };

    private static JsonElement? First(JsonElement list, PathStep step)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (element.Member(step.Name.Text)?.AsText() == step.Text)
            {
                return element;
            }
        }

        return null;
    }
}
