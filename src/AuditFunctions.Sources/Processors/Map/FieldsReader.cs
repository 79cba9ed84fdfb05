using AuditFunctions.Configuration;
using AuditFunctions.Sources.Processors.Map.Schemas;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>Reads a map of fields into objects of the schema.</summary>
/// <param name="schema">The schema.</param>
/// <param name="paths">Takes the paths.</param>
internal sealed class FieldsReader(Schema schema, PathTree paths)
{
    private readonly bool _isEpoch = schema.Name == "ocsf";

    /// <summary>Reads a field into an object.</summary>
    /// <param name="reader">The map of fields.</param>
    /// <param name="key">The field: names joined by <c>.</c>.</param>
    /// <param name="node">What makes its value.</param>
    /// <param name="root">Takes it.</param>
    /// <returns>False when the object has no such field; that is no problem yet.</returns>
    public bool TryRead(SettingReader reader, string key, SettingNode node, MappedObject root)
    {
        if (Place(root, key) is not ({ } place, { } field))
        {
            return false;
        }

        var name = key[(key.LastIndexOf('.') + 1)..];
        if (place.Find(name) is not null)
        {
            reader.Problems.Add(reader.At(key), "is written as a whole and in parts; write one.");
        }
        else if (node is SettingMap map && map["each"] is not null)
        {
            place.Add(name, ReadEach(reader, key, field));
        }
        else if (field.Type == SchemaType.Nested)
        {
            reader.Problems.Add(reader.At(key), $"has fields of its own; write one of them, such as {key}.{schema.Members(field).Fields.Keys.First()}.");
        }
        else
        {
            place.Add(name, new ValueReader(paths, _isEpoch).Read(reader, key, node, field));
        }

        return true;
    }

    /// <summary>Adds a field that the action makes itself. Where the definition makes it too, and the schema requires it, this is for events where that has no value.</summary>
    public void AddKnown(MappedObject root, string key, Func<SchemaField, IMapped> value)
    {
        if (Place(root, key) is not ({ } place, { } field))
        {
            return;
        }

        var name = key[(key.LastIndexOf('.') + 1)..];
        if (place.Find(name) is not { } own)
        {
            place.Add(name, value(field));
        }
        else if (field.IsRequired)
        {
            place.Replace(name, new MappedFirst(own, value(field)));
        }
    }

    private MappedList ReadEach(SettingReader reader, string key, SchemaField field)
    {
        var map = reader.Map(key)!;
        var inner = new PathTree();
        var element = new MappedObject(schema.Members(field));
        var slot = map.Path("each") is { } path ? paths.Add(path) : 0;
        if (field is not { Type: SchemaType.Nested, IsArray: true })
        {
            map.Problems.Add(map.At("each"), "is for fields that are lists of objects, and this one is not.");
        }

        var fields = new FieldsReader(schema, inner);
        if (map.Map("fields") is { } members)
        {
            foreach (var (name, node) in members.All())
            {
                if (!fields.TryRead(members, name, node, element))
                {
                    members.Problems.Add(members.At(name), $"is no field there; allowed: {Names(schema.Members(field))}.");
                }
            }
        }
        else
        {
            map.Problems.Add(map.At("fields"), "is missing: what is written for each element.");
        }

        map.Finish();
        return new MappedList(slot, inner, element);
    }

    /// <summary>What an object may hold, for people.</summary>
    public static string Names(SchemaObject known) => string.Join(", ", known.Fields.Keys.Order(StringComparer.Ordinal));

    // Where a field belongs; objects on the way are made. No place when the schema has no such field.
    private (MappedObject? Place, SchemaField? Field) Place(MappedObject root, string key)
    {
        var names = key.Split('.');
        var place = root;
        var known = root.Schema;
        var way = new List<SchemaField>();
        foreach (var name in names)
        {
            if (name.Length == 0 || known.Find(name) is not { } field)
            {
                return default;
            }

            way.Add(field);
            known = field.Type switch
            {
                SchemaType.Nested => schema.Members(field),
                SchemaType.Json => SchemaObject.Open,
                _ => new SchemaObject(),
            };
        }

        for (var at = 0; at < names.Length - 1; at++)
        {
            if (place.Find(names[at]) is not { } inner)
            {
                inner = new MappedObject(way[at].Type == SchemaType.Nested ? schema.Members(way[at]) : SchemaObject.Open, way[at].IsArray);
                place.Add(names[at], inner);
            }

            if (inner is not MappedObject next)
            {
                return (place, way[at]);
            }

            place = next;
        }

        return (place, way[^1]);
    }
}
