using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Map;

namespace AuditFunctions.Tests.Sources.Processors.Mapping;

/// <summary>Shipped mappings at work on single events.</summary>
internal static class Mapped
{
    private static readonly ProcessorFacts Facts = new("example", "acme-audit", "Acme");

    public static readonly DateTimeOffset Time = new(2026, 1, 31, 9, 0, 0, 123, TimeSpan.Zero);

    public static string[] Samples(string template)
    {
        using var stream = typeof(Mapped).Assembly.GetManifestResourceStream($"mapped/{template}.jsonl");
        using var reader = new StreamReader(stream ?? Stream.Null);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static MapDefinition Shipped(string template, string schema)
    {
        var problems = new Problems();
        var reader = new SettingReader(MappingCatalog.Find(template, schema)!, "", problems);
        var definition = new MapReader(Facts, keepsOriginal: true).Read(reader);
        reader.Finish();
        Assert.Empty(problems.Found);
        return definition;
    }

    /// <summary>What becomes of an event, and which rule made it.</summary>
    public static (int Rule, string Json) Write(MapDefinition definition, string json, DateTimeOffset? time)
    {
        using var page = new ProcessorPage(Facts, "default", new ProcessorMeans(new Dictionary<AuditFunctions.Configuration.Secrets.SecretName, byte[]>(), new Dictionary<AuditFunctions.Sources.Processors.Files.LookupFile, AuditFunctions.Sources.Processors.Files.LoadedLookup>()) { Clock = TimeProvider.System });
        using var call = new ProcessorCall(page);
        using var output = new PooledBytes();
        var bytes = Encoding.UTF8.GetBytes(json);
        call.Begin([], EventKey.FromContent(bytes, 0), time);
        call.Begin(output);
        var rule = definition.Write(bytes, call);
        return (rule, Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
