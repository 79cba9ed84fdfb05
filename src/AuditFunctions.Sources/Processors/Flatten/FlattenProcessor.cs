using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Flatten;

/// <summary>Puts the members of objects inside an object into it, under names that are joined.</summary>
internal sealed class FlattenProcessor(FieldPath path, string separator, int depth) : IProcessor
{
    private const int Deepest = 32;

    private readonly FieldPath[] _paths = [path];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "flatten",
        "`path` (the event), `separator` (`.`), `depth` (32)",
        "Puts the members of objects inside an object beside its own, under joined names. Arrays, empty objects and what lies deeper stay as they are.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, _paths))
        {
            if (json[field.ValueStart] != '{' || !HasInner(json, field.ValueStart))
            {
                continue;
            }

            call.Output.Write(json[copied..field.ValueStart]);
            call.Output.Write("{"u8);
            var count = 0;
            Write(json, field.ValueStart, "", 0, call.Output, ref count);
            call.Output.Write("}"u8);
            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    private static bool HasInner(ReadOnlySpan<byte> json, int start)
    {
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            if (IsFilled(json, members.ValueStart))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsFilled(ReadOnlySpan<byte> json, int start) => json[start] == '{' && new JsonMembers(json, start).Next();

    private void Write(ReadOnlySpan<byte> json, int start, string prefix, int level, PooledBytes into, ref int count)
    {
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            if (level < depth && IsFilled(json, members.ValueStart))
            {
                Write(json, members.ValueStart, prefix + JsonText.Unescape(members.Name) + separator, level + 1, into, ref count);
                continue;
            }

            into.WriteMember(json, members, prefix, ref count);
        }
    }

    private static FlattenProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var path = FieldSetting.Parse(reader, "path", reader.Text("path") ?? "$");
        return new FlattenProcessor(path ?? reader.Field("path"), reader.Text("separator") ?? ".", reader.Integer("depth", 1, Deepest) ?? Deepest);
    }
}
