using AuditFunctions.Configuration;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>A definition in a lookup file.</summary>
/// <param name="Facts">The source.</param>
/// <param name="KeepsOriginal">Whether the event as it came is kept in a text.</param>
internal sealed record MapFile(ProcessorFacts Facts, bool KeepsOriginal) : ILookupForm
{
    /// <inheritdoc/>
    public long MostBytes => 1024 * 1024;

    /// <inheritdoc/>
    public ILookupContent Read(byte[] bytes)
    {
        var problems = new Problems();
        using var text = new StreamReader(new MemoryStream(bytes));
        var definition = SettingYaml.Read(text.ReadToEnd(), "it", problems) switch
        {
            SettingMap map => Read(new SettingReader(map, "", problems)),
            _ => null,
        };
        return problems.None && definition is not null
            ? definition
            : throw new LookupFileException($"is no mapping: {(problems.None ? "write a map with 'schema' and 'rules'." : string.Join(" ", problems.Found.Take(3)))}");
    }

    private MapDefinition Read(SettingReader reader)
    {
        var definition = new MapReader(Facts, KeepsOriginal).Read(reader);
        reader.Finish();
        return definition;
    }
}
