using System.Buffers;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>An event as UTF-8 text with slots (<c>$id$</c>): rendering copies the text between the slots and formats the slots.</summary>
internal sealed class EventTemplate
{
    private readonly (byte[] Text, EventSlot? Slot)[] _parts;
    private readonly int _maxBytes;

    /// <summary>Reads a template. Line breaks and indentation in it are layout for the reader and not part of the event.</summary>
    public EventTemplate(string template)
    {
        var pieces = string.Concat(template.Split('\n', StringSplitOptions.TrimEntries)).Split('$');
        _parts = new (byte[], EventSlot?)[(pieces.Length + 1) / 2];
        for (var i = 0; i < _parts.Length; i++)
        {
            var slot = (2 * i) + 1 < pieces.Length ? EventSlots.Find(pieces[(2 * i) + 1]) : null;
            _parts[i] = (Encoding.UTF8.GetBytes(pieces[2 * i]), slot);
            _maxBytes += _parts[i].Text.Length + EventSlots.MaxBytes;
        }
    }

    /// <summary>Writes one event.</summary>
    public void Write(IBufferWriter<byte> output, in EventFacts facts)
    {
        var span = output.GetSpan(_maxBytes);
        var length = 0;
        foreach (var (text, slot) in _parts)
        {
            text.CopyTo(span[length..]);
            length += text.Length;
            if (slot is not null)
            {
                length += slot(span[length..], facts);
            }
        }

        output.Advance(length);
    }
}
