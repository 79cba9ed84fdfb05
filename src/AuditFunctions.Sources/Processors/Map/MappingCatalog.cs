using System.Reflection;
using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>The mappings that ship beside templates: <c>NAME.ocsf.yaml</c> and <c>NAME.ecs.yaml</c>, each read when it is used.</summary>
public static class MappingCatalog
{
    private const string Prefix = "mappings/";
    private const string Suffix = ".yaml";
    private static readonly Assembly Home = typeof(MappingCatalog).Assembly;

    /// <summary>The words for the schemas.</summary>
    public static IReadOnlyList<string> Schemas { get; } = ["ocsf", "ecs"];

    /// <summary>The templates that have a mapping, in order.</summary>
    public static IEnumerable<string> Templates =>
        Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length]).Select(name => name[..name.LastIndexOf('.')]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The schemas that a template has a mapping to.</summary>
    public static IReadOnlyList<string> Of(string template) => [.. Schemas.Where(schema => Home.GetManifestResourceInfo(Name(template, schema)) is not null)];

    /// <summary>A mapping; null when there is none.</summary>
    internal static SettingMap? Find(string template, string schema)
    {
        using var stream = Home.GetManifestResourceStream(Name(template, schema));
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        var problems = new Problems();
        var map = SettingYaml.Read(reader.ReadToEnd(), $"{template}.{schema}.yaml", problems) as SettingMap
            ?? throw new InvalidOperationException($"The mapping '{template}.{schema}' is wrong: {string.Join(" ", problems.Found)}");

        // Several templates of one vendor may give the same events.
        return map["like"] is SettingText like ? Find(like.Value, schema) : map;
    }

    private static string Name(string template, string schema) => $"{Prefix}{template}.{schema}{Suffix}";
}
