using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Lift;

/// <summary>Puts the members of an object in its place, into the object around it.</summary>
internal sealed class LiftProcessor(MemberName[] names, string prefix) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "lift",
        "`path` (names only), `prefix` of the new names (none)",
        "Puts the members of the object at the path in its place, into the object around it. What stands there under one of their names goes. What is no object stays.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var start = JsonExtent.SkipSpace(json, 0);
        if (!Leads(json, start, 0))
        {
            return ProcessorOutcome.Unchanged;
        }

        call.Output.Write(json[..start]);
        Write(json, start, 0, call.Output);
        call.Output.Write(json[JsonExtent.EndOf(json, start)..]);
        return ProcessorOutcome.Changed;
    }

    // Whether an object stands at the path.
    private bool Leads(ReadOnlySpan<byte> json, int start, int depth)
    {
        if (depth == names.Length)
        {
            return json[start] == '{';
        }

        var members = json[start] == '{' ? new JsonMembers(json, start) : default;
        while (members.Find(names[depth]))
        {
            if (Leads(json, members.ValueStart, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    private void Write(ReadOnlySpan<byte> json, int start, int depth, PooledBytes into)
    {
        var isLast = depth == names.Length - 1;
        var lifted = isLast ? LiftedNames(json, start) : [];
        var count = 0;
        into.Write("{"u8);
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            var leads = names[depth].Is(members.Name) && Leads(json, members.ValueStart, depth + 1);
            if (leads && isLast)
            {
                WriteMembers(json, members.ValueStart, into, ref count);
            }
            else if (lifted.Count == 0 || !lifted.Contains(JsonText.Unescape(members.Name)))
            {
                into.Write(count++ > 0 ? ","u8 : ""u8);
                into.Write(json[members.NameStart..(leads ? members.ValueStart : members.ValueEnd)]);
                if (leads)
                {
                    Write(json, members.ValueStart, depth + 1, into);
                }
            }
        }

        into.Write("}"u8);
    }

    private void WriteMembers(ReadOnlySpan<byte> json, int start, PooledBytes into, ref int count)
    {
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            into.WriteMember(json, members, prefix, ref count);
        }
    }

    private HashSet<string> LiftedNames(ReadOnlySpan<byte> json, int start)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var members = new JsonMembers(json, start);
        while (members.Find(names[^1]))
        {
            var inner = json[members.ValueStart] == '{' ? new JsonMembers(json, members.ValueStart) : default;
            while (inner.Next())
            {
                found.Add(prefix + JsonText.Unescape(inner.Name));
            }
        }

        return found;
    }

    private static LiftProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var path = reader.Required("path") is { Length: > 0 } text ? FieldSetting.Target(reader, "path", text) : null;
        return new LiftProcessor([.. (path?.Names ?? []).Select(name => new MemberName(name))], reader.Text("prefix") ?? "");
    }
}
