using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Map.Schemas;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>Reads a definition: <c>schema</c>, <c>vendor</c>, <c>product</c>, <c>fields</c> of all rules, and <c>rules</c>.</summary>
/// <param name="facts">The source.</param>
/// <param name="keepsOriginal">Whether the event as it came is kept in a text.</param>
internal sealed class MapReader(ProcessorFacts facts, bool keepsOriginal)
{
    private readonly PathTree _paths = new();
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);

    /// <summary>Reads it.</summary>
    public MapDefinition Read(SettingReader reader)
    {
        var schema = Schema.Of(reader.Choice("schema", "ocsf", "ecs"));
        var vendor = reader.Text("vendor") ?? facts.Vendor;
        var product = reader.Text("product") ?? (facts.Template.Length > 0 ? facts.Template : facts.Source);
        // Read for each rule, but what is wrong is said once.
        var found = new Problems();
        var common = reader.Map("fields") is { } map ? new SettingReader((SettingMap)reader.Node("fields")!, map.Where, found) : null;
        var items = reader.List("rules");
        var rules = new List<MappedClass>();
        if (items.Count > MapLimits.MostRules)
        {
            reader.Problems.Add(reader.At("rules"), $"holds {items.Count} rules; allowed: {MapLimits.MostRules}.");
            items = [];
        }

        for (var at = 0; at < items.Count; at++)
        {
            if (items[at] is SettingMap item)
            {
                var rule = reader.Item($"rules[{at}]", item);
                var kind = schema.Classes.Count == 1 ? schema.Base : schema.Classes[rule.Choice("class", [.. schema.Classes.Keys])];
                rules.Add(ReadRule(rule, schema, kind, common, vendor, product));
                rule.Finish();
            }
            else
            {
                reader.Problems.Add(reader.At("rules"), "must be a list of maps.");
            }
        }

        // What fits no rule becomes an event of the schema all the same.
        rules.Add(ReadRule(null, schema, schema.Base, common, vendor, product));
        foreach (var (key, _) in common?.All() ?? [])
        {
            if (!_placed.Contains(key))
            {
                reader.Problems.Add(common!.At(key), $"is no field of {schema.Name.ToUpperInvariant()} {schema.Version} in any class of the rules.");
            }
        }

        foreach (var problem in found.Found.Distinct())
        {
            reader.Problems.Add(problem.Where, problem.What);
        }

        return new MapDefinition(_paths, rules);
    }

    private MappedClass ReadRule(SettingReader? rule, Schema schema, SchemaClass kind, SettingReader? common, string vendor, string product)
    {
        var fields = new FieldsReader(schema, _paths);
        var body = new MappedObject(kind.Fields);
        var activity = new MappedObject(new SchemaObject());
        var own = rule?.Map("fields");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, node) in own?.All() ?? [])
        {
            names.Add(key);
            if (key == "activity_id" && kind.Fields.Find(key) is { } field)
            {
                activity.Add(key, new ValueReader(_paths, isEpoch: true).Read(own!, key, node, field));
            }
            else if (!fields.TryRead(own!, key, node, body))
            {
                own!.Problems.Add(own.At(key), $"is no field of {kind.Name} in {schema.Name.ToUpperInvariant()} {schema.Version}; its own: {FieldsReader.Names(kind.Fields)}.");
            }
        }

        // A field of all rules stands where the rule's class has it, and the rule says nothing of its own.
        foreach (var (key, node) in common?.All() ?? [])
        {
            if (names.Any(name => name == key || name.StartsWith(key + ".", StringComparison.Ordinal) || key.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                _placed.Add(key);
            }
            else if (key != "activity_id" && fields.TryRead(common!, key, node, body))
            {
                _placed.Add(key);
            }
        }

        AddKnown(fields, body, schema, vendor, product);
        return new MappedClass(kind, rule is null ? null : ConditionReader.Read(rule, "when"), activity.Find("activity_id"), body);
    }

    private void AddKnown(FieldsReader fields, MappedObject body, Schema schema, string vendor, string product)
    {
        var isOcsf = schema.Name == "ocsf";
        if (isOcsf)
        {
            fields.AddKnown(body, "severity_id", _ => Constant("1"));
            fields.AddKnown(body, "metadata.version", _ => Constant(SettingJson.Quote(schema.Version)));
            fields.AddKnown(body, "metadata.product.name", _ => Constant(SettingJson.Quote(product)));
            if (vendor.Length > 0)
            {
                fields.AddKnown(body, "metadata.product.vendor_name", _ => Constant(SettingJson.Quote(vendor)));
            }
        }
        else
        {
            fields.AddKnown(body, "ecs.version", _ => Constant(SettingJson.Quote(schema.Version)));
            fields.AddKnown(body, "event.kind", _ => Constant("\"event\""));
        }

        fields.AddKnown(body, isOcsf ? "metadata.uid" : "event.id", _ => new MappedId());
        fields.AddKnown(body, isOcsf ? "time" : "@timestamp", field => new MappedTime(new SchemaWriting(field, TimeFormat.Iso8601, isOcsf)));
        if (keepsOriginal)
        {
            fields.AddKnown(body, isOcsf ? "raw_data" : "event.original", _ => new MappedOriginal());
        }
    }

    private static MappedValue Constant(string json) =>
        new([new Way(new SchemaWriting(SchemaField.Any, TimeFormat.Iso8601, isEpoch: true)) { Constant = Encoding.UTF8.GetBytes(json) }]);
}
