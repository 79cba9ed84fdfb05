using System.Globalization;

namespace AuditFunctions.Destinations.Objects;

/// <summary>What an object says of its events beside them: names and values of its metadata, the same for each attempt and for a repeated page.</summary>
internal static class ObjectMetadata
{
    // Together they must stay below 2 KB, which is what S3 takes.
    private const int Longest = 350;

    /// <summary>The metadata of a batch's object; values are percent-encoded, since headers hold ASCII only. What is not known, or too long, is left out.</summary>
    public static IEnumerable<(string Name, string Value)> Of(SendBody body)
    {
        var origin = body.Origin;
        (string Name, string? Value)[] all =
        [
            ("source", origin.Source), ("partition", origin.Partition), ("template", origin.Template), ("vendor", origin.Vendor),
            ("fetched", origin.FetchedAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ];
        foreach (var (name, value) in all)
        {
            if (!string.IsNullOrEmpty(value) && Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal) is { Length: <= Longest } encoded)
            {
                yield return (name, encoded);
            }
        }
    }
}
