using System.Buffers.Binary;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Dedupe;

/// <summary>Leaves out events that are like an earlier one of the same page.</summary>
internal sealed class DedupeProcessor(FieldPath[] paths) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "dedupe",
        "`paths`",
        "Leaves out an event whose fields are those of an earlier event of the same page. An event in which none of them stands is kept.",
        (reader, _) => new DedupeProcessor(reader.Fields("paths")));

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var found = call.Search.Find(json, paths);
        if (found.Length == 0)
        {
            return ProcessorOutcome.Unchanged;
        }

        var text = call.Scratch;
        text.Clear();
        Span<byte> head = stackalloc byte[2 * sizeof(int)];
        foreach (ref readonly var field in found)
        {
            BinaryPrimitives.WriteInt32BigEndian(head, field.Path);
            BinaryPrimitives.WriteInt32BigEndian(head[sizeof(int)..], field.ValueEnd - field.ValueStart);
            text.Write(head);
            text.Write(field.Value(json));
        }

        return call.Page.StateOf<HashSet<EventKey>>(this, () => []).Add(EventKey.FromContent(text.WrittenSpan, 0)) ? ProcessorOutcome.Unchanged : ProcessorOutcome.Dropped;
    }
}
