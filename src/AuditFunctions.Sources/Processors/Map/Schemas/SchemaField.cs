namespace AuditFunctions.Sources.Processors.Map.Schemas;

/// <summary>A field of a schema. Immutable.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="IsArray">Whether it is a list of those.</param>
internal sealed record SchemaField(SchemaType Type, bool IsArray)
{
    /// <summary>A field that takes any JSON.</summary>
    public static SchemaField Any { get; } = new(SchemaType.Json, IsArray: false);

    /// <summary>Whether its object is not valid without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is one of those of which its object needs one.</summary>
    public bool IsOneOf { get; init; }

    /// <summary>The values that it may have, as they are spelt; empty for any.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The name of its object; empty for other types.</summary>
    public string ObjectName { get; init; } = "";

    /// <summary>Reads a field as the facts write it: <c>!name:type(a,b)[]</c>.</summary>
    public static (string Name, SchemaField Field) Parse(string word)
    {
        var (isRequired, isOneOf) = (word[0] == '!', word[0] == '+');
        var text = isRequired || isOneOf ? word[1..] : word;
        var colon = text.IndexOf(':');
        var (name, type) = colon < 0 ? (text, "text") : (text[..colon], text[(colon + 1)..]);
        var isArray = type.EndsWith("[]", StringComparison.Ordinal);
        type = isArray ? type[..^2] : type;
        string[] allowed = [];
        if (type.IndexOf('(') is >= 0 and var open)
        {
            allowed = type[(open + 1)..^1].Split(',');
            type = type[..open];
        }

        var known = type switch
        {
            "text" => SchemaType.Text,
            "integer" => SchemaType.Integer,
            "number" => SchemaType.Number,
            "flag" => SchemaType.Flag,
            "time" => SchemaType.Time,
            "ip" => SchemaType.Ip,
            "json" => SchemaType.Json,
            _ => SchemaType.Nested,
        };
        return (name, new SchemaField(known, isArray)
        {
            IsRequired = isRequired,
            IsOneOf = isOneOf,
            Allowed = allowed,
            ObjectName = known == SchemaType.Nested ? type : "",
        });
    }
}
