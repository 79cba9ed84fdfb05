using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;

namespace AuditFunctions.Sources.Inspection;

/// <summary>Says what stands where a path leads nowhere: the keys there, and one that is nearly the same.</summary>
internal static class KeysNearby
{
    private const int MostKeys = 12;
    private const int LongestKey = 60;

    /// <summary>In words, such as <c>keys there: ref, actor; did you mean 'ref'?</c>; empty when there is nothing to say.</summary>
    /// <param name="root">Where the path starts.</param>
    /// <param name="path">The path.</param>
    /// <param name="known">Secrets, which may be keys.</param>
    public static string Of(JsonElement root, JsonPath path, Redactor known)
    {
        var (place, missing) = Walk(root, path);
        return place.ValueKind switch
        {
            JsonValueKind.Object => OfObject(place, missing, known),
            JsonValueKind.Array when missing?.Kind == PathStepKind.Name => $"; a list of {place.GetArrayLength()} is there, not an object: choose one with [0], [-1] or [name=text]",
            JsonValueKind.Array => $"; a list of {place.GetArrayLength()} is there",
            _ => $"; there is no object there but {WordFor(place)}",
        };
    }

    private static (JsonElement Place, PathStep? Missing) Walk(JsonElement place, JsonPath path)
    {
        foreach (var step in path.Steps)
        {
            if (ElementPath.Next(place, step) is not { } next)
            {
                return (place, step);
            }

            place = next;
        }

        return (place, null);
    }

    private static string OfObject(JsonElement place, PathStep? missing, Redactor known)
    {
        string[] keys = [.. place.EnumerateObject().Select(member => known.Mask(member.NameAsText())).Distinct(StringComparer.Ordinal)];
        if (keys.Length == 0)
        {
            return "; the object there is empty";
        }

        var shown = string.Join(", ", keys.Take(MostKeys).Select(key => key.Length > LongestKey ? key[..LongestKey] + "…" : key));
        var near = missing?.Kind == PathStepKind.Name ? Nearest(missing.Name.Text, keys) : null;
        return $"; keys there: {shown}{(keys.Length > MostKeys ? ", …" : "")}{(near is null ? "" : $"; did you mean '{near}'?")}";
    }

    private static string? Nearest(string name, string[] keys)
    {
        var near = keys.Select(key => (Key: key, Distance: Distance(name, key))).Where(near => near.Distance <= Math.Max(1, name.Length / 3)).ToArray();
        return near.Length == 0 ? null : near.MinBy(found => found.Distance).Key;
    }

    // A name in snake_case is near too.
    private static int Distance(string one, string other)
    {
        (one, other) = (Plain(one), Plain(other));
        return Math.Abs(one.Length - other.Length) > 3 || one.Length > LongestKey ? int.MaxValue : EditDistance.Between(one, other);
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string WordFor(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
