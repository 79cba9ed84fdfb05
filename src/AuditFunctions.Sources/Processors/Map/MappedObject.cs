using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Map.Schemas;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>
/// An object of the schema with those of its fields that have a value. Without any, or without one that the schema requires, there is no such object.
/// Not changed once its definition is read.
/// </summary>
/// <param name="schema">What it may hold.</param>
/// <param name="isInList">Whether it stands in a list of one.</param>
internal sealed class MappedObject(SchemaObject schema, bool isInList = false) : IMapped
{
    private readonly List<Member> _members = [];
    private readonly int _required = schema.Fields.Values.Count(field => field.IsRequired);
    private readonly bool _needsOneOf = schema.NeedsOneOf;

    /// <summary>What it may hold.</summary>
    public SchemaObject Schema { get; } = schema;

    /// <summary>What makes the value of a field; null where nothing does.</summary>
    public IMapped? Find(string name) => _members.Find(member => member.Text == name)?.Value;

    /// <summary>Adds a field.</summary>
    public void Add(string name, IMapped value)
    {
        using var quoted = new PooledBytes();
        quoted.WriteText(name);
        quoted.Write(":"u8);
        var field = Schema.Find(name);
        _members.Add(new Member(name, quoted.WrittenSpan.ToArray(), value, field?.IsRequired == true, field?.IsOneOf == true));
    }

    /// <summary>Makes the value of a field that is there in another way.</summary>
    public void Replace(string name, IMapped value)
    {
        var at = _members.FindIndex(member => member.Text == name);
        _members[at] = _members[at] with { Value = value };
    }

    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        var before = into.Length;
        into.Write(isInList ? "[{"u8 : "{"u8);
        if (!TryWriteMembers(from, into, 0))
        {
            into.Truncate(before);
            return false;
        }

        into.Write(isInList ? "}]"u8 : "}"u8);
        return true;
    }

    /// <summary>Writes its members without braces.</summary>
    /// <param name="from">The event.</param>
    /// <param name="into">Takes them.</param>
    /// <param name="known">How many required ones stand there already; then a comma comes first.</param>
    /// <returns>False when it would not be valid; what was written is void then.</returns>
    public bool TryWriteMembers(in MapEvent from, PooledBytes into, int known)
    {
        var (written, required, hasOneOf) = (known, known, false);
        foreach (var member in _members)
        {
            var before = into.Length;
            into.Write(written > 0 ? ","u8 : ""u8);
            into.Write(member.Name);
            if (member.Value.TryWrite(from, into))
            {
                written++;
                required += member.IsRequired ? 1 : 0;
                hasOneOf |= member.IsOneOf;
            }
            else if (member.IsRequired)
            {
                return false;
            }
            else
            {
                into.Truncate(before);
            }
        }

        return written > 0 && required == _required && (hasOneOf || !_needsOneOf);
    }

    private sealed record Member(string Text, byte[] Name, IMapped Value, bool IsRequired, bool IsOneOf);
}
