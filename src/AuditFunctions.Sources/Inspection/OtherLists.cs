using System.Globalization;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Inspection;

/// <summary>Finds lists of objects elsewhere in an answer, where the list that the template names is empty.</summary>
internal static class OtherLists
{
    private const int MostDepth = 4;
    private const int MostShown = 3;
    private const int MostMembers = 200;

    /// <summary>In words, such as <c>; 100 objects stand at 'items'</c>; empty when there are none.</summary>
    /// <param name="root">The answer.</param>
    /// <param name="path">Where the template reads events.</param>
    public static string Of(JsonElement root, JsonPath path)
    {
        var others = In(root, path).Take(MostShown)
            .Select(list => string.Create(CultureInfo.InvariantCulture, $"{list.Count} at '{list.Path}'"));
        var words = string.Join(", ", others);
        return words.Length == 0 ? "" : $"; objects stand elsewhere: {words}";
    }

    /// <summary>The lists, the longest first, each with its first object.</summary>
    public static IReadOnlyList<(string Path, int Count, JsonElement First)> In(JsonElement root, JsonPath path)
    {
        var found = new List<(string Path, int Count, JsonElement First)>();
        Collect(root, "", MostDepth, found);
        return [.. found.Where(list => list.Path != path.ToString()).OrderByDescending(list => list.Count)];
    }

    private static void Collect(JsonElement place, string path, int depth, List<(string Path, int Count, JsonElement First)> found)
    {
        if (place.ValueKind == JsonValueKind.Array && place.GetArrayLength() > 0 && place[0].ValueKind == JsonValueKind.Object)
        {
            found.Add((path.Length == 0 ? "$" : path, place.GetArrayLength(), place[0]));
        }

        if (place.ValueKind != JsonValueKind.Object || depth == 0)
        {
            return;
        }

        foreach (var member in place.EnumerateObject().Take(MostMembers))
        {
            Collect(member.Value, path.Length == 0 ? member.NameAsText() : $"{path}.{member.NameAsText()}", depth - 1, found);
        }
    }
}
