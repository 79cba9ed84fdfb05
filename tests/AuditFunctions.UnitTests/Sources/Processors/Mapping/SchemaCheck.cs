using System.Globalization;
using System.Net;
using System.Text.Json;
using AuditFunctions.Sources.Processors.Map.Schemas;

namespace AuditFunctions.Tests.Sources.Processors.Mapping;

/// <summary>Checks an event against the facts of its schema: required fields, types, values of lists. It shares no code with what writes events.</summary>
internal static class SchemaCheck
{
    private static readonly string[] Derived = ["category_uid", "class_uid", "type_uid"];

    // Which types an event of a category may have (ECS field reference, event.category; read 2026-11-28).
    private static readonly Dictionary<string, string[]> Types = new(StringComparer.Ordinal)
    {
        ["authentication"] = ["start", "end", "info"],
        ["configuration"] = ["access", "change", "creation", "deletion", "info"],
        ["email"] = ["info"],
        ["file"] = ["access", "change", "creation", "deletion", "info"],
        ["iam"] = ["admin", "change", "creation", "deletion", "group", "info", "user"],
        ["intrusion_detection"] = ["allowed", "denied", "info"],
        ["session"] = ["start", "end", "info"],
        ["threat"] = ["indicator"],
        ["web"] = ["access", "error", "info"],
    };

    /// <summary>Everything that is wrong with an event.</summary>
    public static List<string> Of(Schema schema, string json)
    {
        var wrong = new List<string>();
        var root = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 10_000, AllowDuplicateProperties = false }).RootElement;
        var kind = schema.Base;
        if (schema.Name == "ocsf")
        {
            kind = schema.Classes.Values.Single(known => known.Uid == root.GetProperty("class_uid").GetInt32());
            if (root.GetProperty("category_uid").GetInt32() != kind.Category)
            {
                wrong.Add("category_uid");
            }

            if (root.GetProperty("type_uid").GetInt64() != (kind.Uid * 100L) + root.GetProperty("activity_id").GetInt64())
            {
                wrong.Add("type_uid");
            }
        }

        Check(schema, kind.Fields, root, "", wrong);
        if (schema.Name == "ecs" && root.GetProperty("event").TryGetProperty("type", out var types))
        {
            string[] expected = [.. Texts(root.GetProperty("event").GetProperty("category")).SelectMany(category => Types[category])];
            wrong.AddRange(Texts(types).Where(type => !expected.Contains(type)).Select(type => $"event.type is {type}, which its categories have not"));
        }

        return wrong;
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(one => one.GetString()!);

    private static void Check(Schema schema, SchemaObject known, JsonElement value, string path, List<string> wrong)
    {
        foreach (var member in value.EnumerateObject().Where(member => path.Length > 0 || !Derived.Contains(member.Name)))
        {
            var at = $"{path}.{member.Name}";
            if (known.Find(member.Name) is not { } field)
            {
                wrong.Add($"{at} is unknown");
            }
            else if (!field.IsArray)
            {
                CheckOne(schema, field, member.Value, at, wrong);
            }
            else if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() == 0)
            {
                wrong.Add($"{at} is no list, or empty");
            }
            else
            {
                member.Value.EnumerateArray().ToList().ForEach(one => CheckOne(schema, field, one, at, wrong));
            }
        }

        wrong.AddRange(known.Fields.Where(field => field.Value.IsRequired && !value.TryGetProperty(field.Key, out _)).Select(field => $"{path}.{field.Key} is missing"));
        string[] oneOf = [.. known.Fields.Where(field => field.Value.IsOneOf).Select(field => field.Key)];
        if (oneOf.Length > 0 && !oneOf.Any(name => value.TryGetProperty(name, out _)))
        {
            wrong.Add($"{path} has none of {string.Join(", ", oneOf)}");
        }
    }

    private static void CheckOne(Schema schema, SchemaField field, JsonElement value, string path, List<string> wrong)
    {
        if (field.Type == SchemaType.Nested && value.ValueKind == JsonValueKind.Object)
        {
            Check(schema, schema.Members(field), value, path, wrong);
            return;
        }

        var isRight = field.Type switch
        {
            SchemaType.Text => value.ValueKind == JsonValueKind.String && value.GetRawText().Length > 2,
            SchemaType.Integer => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            SchemaType.Number => value.ValueKind == JsonValueKind.Number,
            SchemaType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            SchemaType.Ip => value.ValueKind == JsonValueKind.String && IPAddress.TryParse(value.GetString(), out _),
            SchemaType.Time => schema.Name == "ocsf"
                ? value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)
                : value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParseExact(value.GetString(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            SchemaType.Json => true,
            _ => false,
        };
        if (!isRight || (field.Allowed.Count > 0 && !field.Allowed.Contains(value.ToString())))
        {
            wrong.Add($"{path} is {value.GetRawText()}");
        }
    }
}
