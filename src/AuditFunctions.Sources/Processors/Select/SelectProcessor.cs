using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Select;

/// <summary>Leaves nothing of an event but some of its fields.</summary>
internal sealed class SelectProcessor(SelectedField root) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "select",
        "`paths` (names only)",
        "Takes everything out of the event but the fields at the paths. Of what is no object nothing is left but `{}`.",
        Read);

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var start = JsonExtent.SkipSpace(json, 0);
        if (json[start] == '{')
        {
            root.Write(json, start, call.Output);
        }
        else
        {
            call.Output.Write("{}"u8);
        }

        return ProcessorOutcome.Changed;
    }

    private static SelectProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var root = new SelectedField("");
        foreach (var text in reader.Fields("paths").Select(path => path.ToString()))
        {
            if (FieldSetting.Target(reader, "paths", text) is { Names: { } names })
            {
                root.Add(names);
            }
        }

        return new SelectProcessor(root);
    }
}
