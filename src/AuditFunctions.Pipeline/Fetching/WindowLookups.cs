using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The lookup files that a source's processors use for the pages of a window.</summary>
/// <param name="Files">The files.</param>
/// <param name="Versions">Their versions as the checkpoint holds them; null when there are no files.</param>
internal sealed record WindowLookups(IReadOnlyDictionary<LookupFile, LoadedLookup> Files, string? Versions)
{
    /// <summary>No files.</summary>
    public static WindowLookups None { get; } = new(new Dictionary<LookupFile, LoadedLookup>(), null);

    /// <summary>Writes versions: <c>name=version</c>, with ';' between. Neither holds one of these.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> versions) =>
        string.Join(';', versions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"));

    /// <summary>Reads versions by name. What is not written so says nothing.</summary>
    public static Dictionary<string, string> Read(string? text)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in (text ?? "").Split(';'))
        {
            if (one.Split('=') is [{ Length: > 0 } name, { Length: > 0 } version])
            {
                versions[name] = version;
            }
        }

        return versions;
    }
}
