using System.Globalization;
using System.Reflection;
using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Processors.Map.Schemas;

/// <summary>What a schema says: its classes, objects and fields. Read when first asked for; immutable and thread safe.</summary>
internal sealed class Schema
{
    private static readonly Lazy<Schema> LazyOcsf = new(ReadOcsf);
    private static readonly Lazy<Schema> LazyEcs = new(ReadEcs);

    private readonly Dictionary<string, SchemaObject> _objects = new(StringComparer.Ordinal);

    private Schema(string name, string version) => (Name, Version) = (name, version);

    /// <summary>The Open Cybersecurity Schema Framework.</summary>
    public static Schema Ocsf => LazyOcsf.Value;

    /// <summary>The Elastic Common Schema.</summary>
    public static Schema Ecs => LazyEcs.Value;

    /// <summary>The word for it.</summary>
    public string Name { get; }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>The classes by name, the one that takes every event first.</summary>
    public Dictionary<string, SchemaClass> Classes { get; } = new(StringComparer.Ordinal);

    /// <summary>The class that takes what is of no other.</summary>
    public SchemaClass Base => Classes.Values.First();

    /// <summary>The schema that a word names.</summary>
    public static Schema Of(string name) => name == "ecs" ? Ecs : Ocsf;

    /// <summary>The object that a field holds, or one with any fields where the schema does not say.</summary>
    public SchemaObject Members(SchemaField field) => _objects.GetValueOrDefault(field.ObjectName) ?? SchemaObject.Open;

    private static Schema ReadOcsf()
    {
        var map = Load("ocsf");
        var schema = new Schema("ocsf", Text(map, "version"));
        foreach (var (name, words) in ((SettingMap)map["objects"]!).Entries)
        {
            schema._objects[name] = new SchemaObject().With(((SettingText)words).Value);
        }

        var common = "";
        foreach (var (name, node) in ((SettingMap)map["classes"]!).Entries)
        {
            var own = (SettingMap)node;
            common = schema.Classes.Count == 0 ? Text(own, "attributes") : common;
            var fields = new SchemaObject().With(common).With(Text(own, "attributes"));
            schema.Classes[name] = new SchemaClass(name, Number(own, "uid"), Number(own, "category"), fields);
        }

        return schema;
    }

    private static Schema ReadEcs()
    {
        var map = Load("ecs");
        var schema = new Schema("ecs", Text(map, "version"));
        var root = new SchemaObject(isOpen: true);
        foreach (var (set, words) in ((SettingMap)map["sets"]!).Entries)
        {
            foreach (var word in ((SettingText)words).Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var (path, field) = SchemaField.Parse(word);
                schema.Place(root, set == "base" ? path : $"{set}.{path}", field);
            }
        }

        schema.Classes["event"] = new SchemaClass("event", 0, 0, root);
        return schema;
    }

    private void Place(SchemaObject root, string path, SchemaField field)
    {
        var (place, above) = (root, "");
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            above += "." + name;
            if (!_objects.TryGetValue(above, out var inner))
            {
                _objects[above] = inner = new SchemaObject();
                place.Set(name, new SchemaField(SchemaType.Nested, IsArray: false) { ObjectName = above });
            }

            place = inner;
        }

        place.Set(names[^1], field);
    }

    private static SettingMap Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"schemas/{name}.yaml")!;
        using var reader = new StreamReader(stream);
        return (SettingMap)SettingYaml.Read(reader.ReadToEnd(), name, new Problems())!;
    }

    private static string Text(SettingMap map, string key) => ((SettingText)map[key]!).Value;

    private static int Number(SettingMap map, string key) => int.Parse(Text(map, key), CultureInfo.InvariantCulture);
}
