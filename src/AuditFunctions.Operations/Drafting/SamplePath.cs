using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuditFunctions.Operations.Drafting;

/// <summary>A place in a sample: names of members from the root on; none for the root itself.</summary>
/// <param name="Names">The names.</param>
public sealed record SamplePath(params string[] Names)
{
    /// <summary>The path as a template writes it.</summary>
    public override string ToString() => Names.Length == 0 ? "$" : string.Concat(Names.Select((name, at) => IsPlain(name) ? (at == 0 ? name : $".{name}") : $"['{name}']"));

    /// <summary>The place of a member of what stands here.</summary>
    public SamplePath Then(string name) => new([.. Names, name]);

    /// <summary>What stands there; null when nothing does.</summary>
    public JsonElement? In(JsonElement root)
    {
        foreach (var name in Names)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root))
            {
                return null;
            }
        }

        return root;
    }

    /// <summary>Puts another value there, where something stands.</summary>
    /// <returns>The changed root.</returns>
    public JsonNode? Put(JsonNode? root, JsonNode? value)
    {
        if (Names.Length == 0)
        {
            return value;
        }

        var owner = Names[..^1].Aggregate(root, (node, name) => (node as JsonObject)?[name]);
        if (owner is JsonObject map && map.ContainsKey(Names[^1]))
        {
            map[Names[^1]] = value;
        }

        return root;
    }

    private static bool IsPlain(string name) => name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '@');
}
