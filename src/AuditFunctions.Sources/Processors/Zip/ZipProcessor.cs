using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Zip;

/// <summary>Makes an object of an array whose elements each have a name and a value.</summary>
internal sealed class ZipProcessor(FieldPath[] paths, MemberName name, IReadOnlyList<MemberName> values) : IProcessor
{
    private readonly FieldPath[] _arrays = [.. paths.Select(path => path.Only(FieldKinds.Arrays))];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "zip",
        "`paths`, `name` (`name`), `values` (`value`): the members that hold an element's name and value; of several values the first that is there counts",
        "Makes an object of an array of names and values. What is no array of such objects stays.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, _arrays))
        {
            call.Output.Write(json[copied..field.ValueStart]);
            var before = call.Output.Length;
            if (!TryWrite(json, field, call.Output))
            {
                call.Output.Truncate(before);
                copied = field.ValueStart;
                continue;
            }

            copied = field.ValueEnd;
        }

        call.Output.Write(json[copied..]);
        return call.Output.WrittenSpan.SequenceEqual(json) ? ProcessorOutcome.Unchanged : ProcessorOutcome.Changed;
    }

    private bool TryWrite(ReadOnlySpan<byte> json, in FieldMatch field, PooledBytes into)
    {
        into.Write("{"u8);
        var count = 0;
        var elements = new JsonElements(json, field.ValueStart);
        while (elements.Next())
        {
            if (json[elements.Start] != '{' || Member(json, elements.Start, name) is not { } named || json[named.Start.Value] != '"')
            {
                return false;
            }

            into.Write(count++ > 0 ? ","u8 : ""u8);
            into.Write(json[named]);
            into.Write(":"u8);
            into.Write(ValueOf(json, elements.Start));
        }

        into.Write("}"u8);
        return count > 0;
    }

    private ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> json, int start)
    {
        foreach (var value in values)
        {
            if (Member(json, start, value) is { } found)
            {
                return json[found];
            }
        }

        return "null"u8;
    }

    private static Range? Member(ReadOnlySpan<byte> json, int start, MemberName wanted)
    {
        var members = new JsonMembers(json, start);
        return members.Find(wanted) ? members.ValueStart..members.ValueEnd : null;
    }

    private static ZipProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var values = reader.Has("values") ? reader.Texts("values") : ["value"];
        return new ZipProcessor(reader.Fields("paths"), new MemberName(reader.Text("name") ?? "name"), [.. values.Select(value => new MemberName(value))]);
    }
}
