using AuditFunctions.Configuration;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>Makes an event one of a schema that SIEMs know.</summary>
internal sealed class MapProcessor(MapDefinition? definition, LookupFile? file, bool failsUnmatched) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "map",
        "`to` (`ocsf` or `ecs`) with `template` (the source's own); or `definition`, or `file` (`.yaml`), a [lookup file](#lookup-files); `original` (`true`), `unmatched` (`base` or `fail`)",
        "Makes the event one of a named schema, and keeps it as it came in `raw_data` (OCSF) or `event.original` (ECS). See [mappings](#mappings).",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var used = definition;
        if (file is not null && (used = call.Page.File<MapDefinition>(file, out var problem)) is null)
        {
            return call.Fail(problem);
        }

        var rule = used!.Write(json, call);
        return rule < 0 ? call.Fail("the event has no time, which the schema requires")
            : failsUnmatched && rule == used.Rules.Count - 1 ? call.Fail("no rule of the mapping is for the event")
            : ProcessorOutcome.Changed;
    }

    private static MapProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var keepsOriginal = reader.Flag("original") ?? true;
        var failsUnmatched = reader.Choice("unmatched", "base", "fail") == "fail";
        string[] kinds = [.. ((string[])["to", "definition", "file"]).Where(reader.Has)];
        if (kinds.Length != 1)
        {
            reader.Problems.Add(reader.At("to"), kinds.Length == 0 ? "is missing: ocsf or ecs; or write a 'definition', or the name of a 'file'." : $"takes one of to, definition and file; there are {string.Join(" and ", kinds)}.");
            return new MapProcessor(null, null, failsUnmatched);
        }

        var map = new MapReader(settings.Facts, keepsOriginal);
        switch (kinds[0])
        {
            case "file":
                var file = new LookupFile(LookupFileName.Read(reader, ".yaml"), new MapFile(settings.Facts, keepsOriginal));
                settings.Files.Add(file);
                return new MapProcessor(null, file, failsUnmatched);
            case "definition" when reader.Map("definition") is { } own:
                var definition = map.Read(own);
                own.Finish();
                return new MapProcessor(definition, null, failsUnmatched);
            case "to":
                return new MapProcessor(Shipped(reader, map, reader.Text("template") ?? settings.Facts.Template), null, failsUnmatched);
            default:
                return new MapProcessor(null, null, failsUnmatched);
        }
    }

    private static MapDefinition? Shipped(SettingReader reader, MapReader map, string template)
    {
        var schema = reader.Choice("to", "ocsf", "ecs");
        if (MappingCatalog.Find(template, schema) is { } found)
        {
            return map.Read(new SettingReader(found, $"{template}.{schema}", reader.Problems));
        }

        var have = $"write a 'definition', or name one of the templates that have a mapping in 'template': {string.Join(", ", MappingCatalog.Templates)}.";
        reader.Problems.Add(reader.At("to"), template.Length == 0 ? $"needs a template; {have}" : $"is '{schema}', and template '{template}' has no such mapping; {have}");
        return null;
    }
}
