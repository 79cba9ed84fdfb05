namespace AuditFunctions.Sources.Definition;

/// <summary>
/// A partition's key: the values of its levels with a slash between them. In a value <c>%</c> and <c>/</c> are percent-encoded, and so is the first
/// character of one that would read as something else.
/// </summary>
public static class PartitionKey
{
    /// <summary>The key of a source that has one partition only.</summary>
    public const string Single = "default";

    /// <summary>The key under which a source's partitions themselves are looked up.</summary>
    public const string Discovery = "*";

    /// <summary>Longest value of a level, in characters.</summary>
    public const int MaxValueLength = 256;

    /// <summary>Longest key, in characters: of two values that are percent-encoded all over.</summary>
    public const int MaxLength = (2 * 3 * MaxValueLength) + 3;

    /// <summary>The key of some values.</summary>
    public static string Of(IEnumerable<string> values)
    {
        var key = string.Join('/', values.Select(Encode));
        return key is Discovery or Single ? $"%{(int)key[0]:X2}{key[1..]}" : key;
    }

    /// <summary>The values of a key; null when it is no key of so many levels.</summary>
    public static IReadOnlyList<string>? ValuesOf(string key, int levels)
    {
        string[] values = [.. key.Split('/').Select(Uri.UnescapeDataString)];
        return values.Length == levels && Of(values) == key ? values : null;
    }

    private static string Encode(string value) =>
        value.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
