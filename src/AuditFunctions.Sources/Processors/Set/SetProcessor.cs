using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Set;

/// <summary>Writes fields.</summary>
internal sealed class SetProcessor(IReadOnlyList<SetProcessor.Field> fields) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "set",
        "`fields`: a map from a path (names only) to a value",
        "Writes fields, new ones behind the others. A value is a number, a flag, a list or a map as it stands there, or a text with fields in it; without a value for one of them the field is left as it is.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var (value, before) = (call.Scratch, call.OtherScratch);
        var isChanged = false;
        foreach (var field in fields)
        {
            value.Clear();
            if (field.Constant is { } constant)
            {
                value.Write(constant);
            }
            else if (!field.Text!.TryWrite(json, call, value))
            {
                continue;
            }

            if (isChanged)
            {
                before.Clear();
                before.Write(call.Output.WrittenSpan);
                call.Output.Clear();
                json = before.WrittenSpan;
            }

            if (!call.Output.TryWriteWith(json, field.Path, value.WrittenSpan, call.Search))
            {
                return call.Fail(FieldWriting.NoObject);
            }

            isChanged = true;
            json = call.Output.WrittenSpan;
        }

        return isChanged ? ProcessorOutcome.Changed : ProcessorOutcome.Unchanged;
    }

    private static SetProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var found = new List<Field>();
        if (reader.Map("fields") is not { } fields)
        {
            reader.Problems.Add(reader.At("fields"), "is missing: a map from a path to a value.");
            return new SetProcessor([]);
        }

        foreach (var (text, node) in fields.All())
        {
            if (FieldSetting.Target(fields, text, text) is not { } path)
            {
                continue;
            }

            if (node is SettingText { IsNull: true })
            {
                found.Add(new Field([path], "null"u8.ToArray(), null));
            }
            else if (node is SettingList or SettingMap)
            {
                found.Add(new Field([path], Fixed(fields, text, node), null));
            }
            else if (fields.Text(text) is { } literal)
            {
                if (!FieldText.TryParse(literal, out var value, out var error))
                {
                    fields.Problems.Add(fields.At(text), error);
                }
                else
                {
                    var isText = literal.AsSpan().ContainsAny('{', '}');
                    found.Add(new Field([path], isText ? null : Encoding.UTF8.GetBytes(SettingJson.Write(node)), isText ? value : null));
                }
            }
        }

        return new SetProcessor(found);
    }

    private static byte[] Fixed(SettingReader fields, string name, SettingNode node)
    {
        var json = SettingJson.Write(node);
        if (json.Contains("{{", StringComparison.Ordinal))
        {
            fields.Problems.Add(fields.At(name), "has '{{' in a list or map, where no field can stand: name each place as a path of its own, or use 'script'.");
        }

        return Encoding.UTF8.GetBytes(json);
    }

    /// <summary>A field and its value.</summary>
    internal sealed record Field(FieldPath[] Path, byte[]? Constant, FieldText? Text);
}
