using System.Buffers.Binary;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Repeats;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Dedupe;

/// <summary>Leaves out events that are like an earlier one of the same page, or of the same stretch of time.</summary>
/// <param name="paths">The fields by which events are alike.</param>
/// <param name="within">How long a stretch is, in whole seconds; null for the page.</param>
/// <param name="self">Tells the entry from others that remember.</param>
internal sealed class DedupeProcessor(FieldPath[] paths, TimeSpan? within, EventKey self) : IProcessor
{
    // A stretch ends at a second, so that no time lies in two.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "dedupe",
        "`paths`; `within` (`1s` to `1d`)",
        "Leaves out an event whose fields are those of an earlier event of the same page, or with `within` of the same stretch of time, over all pages and polls. An event in which none of them stands is kept. See [repeats](#repeats).",
        Read);

    /// <inheritdoc/>
    public TimeSpan? Remembers => within;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var found = call.Search.Find(json, paths);
        if (found.Length == 0)
        {
            return ProcessorOutcome.Unchanged;
        }

        var (page, text) = (call.Page, call.Scratch);
        var start = within is { } length ? page.Repeats.StartOf(call.Time, length) : null;
        text.Clear();
        Span<byte> head = stackalloc byte[EventKey.Size + sizeof(uint)];
        self.WriteTo(head);
        BinaryPrimitives.WriteUInt32BigEndian(head[EventKey.Size..], start ?? 0);
        text.Write(head);
        foreach (ref readonly var field in found)
        {
            BinaryPrimitives.WriteInt32BigEndian(head, field.Path);
            BinaryPrimitives.WriteInt32BigEndian(head[sizeof(int)..], field.ValueEnd - field.ValueStart);
            text.Write(head[..(2 * sizeof(int))]);
            text.Write(field.Value(json));
        }

        var key = EventKey.FromFields(text.WrittenSpan);
        var isSaid = start is { } seconds ? page.Repeats.IsSaid(new Repeat(key, seconds)) : !page.StateOf<HashSet<EventKey>>(this, () => []).Add(key);
        return isSaid ? ProcessorOutcome.Dropped : ProcessorOutcome.Unchanged;
    }

    private static DedupeProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var paths = reader.Fields("paths");
        var within = reader.Duration("within", Shortest, Longest);
        if (within is { } length && length.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            reader.Problems.Add(reader.At("within"), $"is '{reader.Text("within")}'; allowed: whole seconds.");
        }

        // Edited, it begins anew: what other fields said must not pass for what these say.
        var self = $"{settings.Place}\n{within?.Ticks}\n{string.Join('\n', paths.Select(path => path.ToString()))}";
        return new DedupeProcessor(paths, within, EventKey.FromFields(Encoding.UTF8.GetBytes(self)));
    }
}
