using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Map.Schemas;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>A rule of a mapping: for which events it is, and what it makes of them.</summary>
/// <param name="kind">The class of its events.</param>
/// <param name="when">For which events; null for all.</param>
/// <param name="activity">What the number of the activity is; null for 99, which is another one.</param>
/// <param name="body">The other fields.</param>
internal sealed class MappedClass(SchemaClass kind, ICondition? when, IMapped? activity, MappedObject body)
{
    // Class, category and type are computed; the schema requires no more that is not in the body than the activity.
    private readonly byte[]? _head = kind.Fields.Fields.ContainsKey("activity_id")
        ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"category_uid\":{kind.Category},\"class_uid\":{kind.Uid},\"activity_id\":"))
        : null;

    /// <summary>Writes the event, if the rule is for it and the event has what the class requires.</summary>
    /// <returns>False when it is not; what was written is void then.</returns>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        if (when is not null && !when.Holds(from.Json, from.Call.Search))
        {
            return false;
        }

        into.Write("{"u8);
        if (_head is not null)
        {
            WriteHead(from, into);
        }

        if (!body.TryWriteMembers(from, into, _head is null ? 0 : 1))
        {
            return false;
        }

        into.Write("}"u8);
        return true;
    }

    private void WriteHead(in MapEvent from, PooledBytes into)
    {
        into.Write(_head);
        var start = into.Length;
        if (activity is null || !activity.TryWrite(from, into))
        {
            into.Write("99"u8);
        }

        var number = Utf8Parser.TryParse(into.WrittenSpan[start..], out int written, out _) ? written : 99;
        into.Write(",\"type_uid\":"u8);
        into.Write(Encoding.ASCII.GetBytes((((long)kind.Uid * 100) + number).ToString(CultureInfo.InvariantCulture)));
    }
}
