using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Rename;

/// <summary>Gives members other names, where they stand.</summary>
internal sealed class RenameProcessor(FieldPath[] paths, string[] names) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "rename",
        "`fields`: a map from a path to the new name",
        "Gives a member another name; it stays in its place. An element of an array has no name and stays as it is.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, paths))
        {
            if (field.NameStart < 0)
            {
                continue;
            }

            call.Output.Write(json[copied..field.NameStart]);
            call.Output.WriteText(names[field.Path]);
            copied = JsonExtent.EndOf(json, field.NameStart);
        }

        return call.End(json, copied);
    }

    private static RenameProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var (paths, names) = (new List<FieldPath>(), new List<string>());
        if (reader.Map("fields") is not { } fields)
        {
            reader.Problems.Add(reader.At("fields"), "is missing: a map from a path to the new name.");
            return new RenameProcessor([], []);
        }

        foreach (var (text, _) in fields.All())
        {
            if (FieldSetting.Parse(fields, text, text) is { } path && fields.Text(text) is { } name)
            {
                paths.Add(path);
                names.Add(name);
            }
        }

        return new RenameProcessor([.. paths], [.. names]);
    }
}
