using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Texts;

/// <summary>Puts values into an event.</summary>
internal static class FieldWriting
{
    /// <summary>Why a value cannot be put where something else stands.</summary>
    public const string NoObject = "the path leads through something that is no object";

    /// <summary>Writes an event with a value at a path: in the place of what stands there, or as a new member behind the others.</summary>
    /// <param name="into">Takes the event.</param>
    /// <param name="json">The event.</param>
    /// <param name="path">Names only, in a list of one.</param>
    /// <param name="value">JSON.</param>
    /// <param name="search">Finds the place.</param>
    /// <returns>False when the path leads through something that is no object; nothing is written then.</returns>
    public static bool TryWriteWith(this PooledBytes into, ReadOnlySpan<byte> json, FieldPath[] path, ReadOnlySpan<byte> value, FieldSearch search)
    {
        var found = search.Find(json, path);
        if (found.Length > 0)
        {
            var copied = 0;
            foreach (ref readonly var field in found)
            {
                into.Write(json[copied..field.ValueStart]);
                into.Write(value);
                copied = field.ValueEnd;
            }

            into.Write(json[copied..]);
            return true;
        }

        var names = path[0].Names!;
        var container = JsonExtent.SkipSpace(json, 0);
        if (names.Count == 1 && json[container] == '{')
        {
            // Not found, so it is new: the last byte but blanks is the brace.
            Insert(into, json, json.LastIndexOf((byte)'}'), names, value);
            return true;
        }

        for (var at = 0; ; at++)
        {
            if (json[container] != '{')
            {
                return false;
            }

            if (MemberOf(json, container, names[at]) is not { } inner)
            {
                Insert(into, json, JsonExtent.EndOf(json, container) - 1, names.Skip(at), value);
                return true;
            }

            container = inner;
        }
    }

    private static int? MemberOf(ReadOnlySpan<byte> json, int start, string name)
    {
        var members = new JsonMembers(json, start);
        return members.Find(new MemberName(name)) ? members.ValueStart : null;
    }

    private static void Insert(PooledBytes into, ReadOnlySpan<byte> json, int brace, IEnumerable<string> names, ReadOnlySpan<byte> value)
    {
        var before = json[..brace].LastIndexOfAnyExcept(" \t\r\n"u8);
        into.Write(json[..(before + 1)]);
        if (json[before] != '{')
        {
            into.Write(","u8);
        }

        var depth = 0;
        foreach (var name in names)
        {
            into.Write(depth++ > 0 ? "{"u8 : ""u8);
            into.WriteText(name);
            into.Write(":"u8);
        }

        into.Write(value);
        for (; depth > 1; depth--)
        {
            into.Write("}"u8);
        }

        into.Write(json[(before + 1)..]);
    }
}
