using System.Buffers;

namespace AuditFunctions.Sandbox;

/// <summary>How a vendor writes its events: a few templates, of which an event's bits choose one.</summary>
internal sealed class EventShape(params IReadOnlyList<string> templates)
{
    private readonly EventTemplate[] _templates = [.. templates.Select(t => new EventTemplate(t))];

    /// <summary>Writes one event as JSON.</summary>
    public void Write(IBufferWriter<byte> output, in EventFacts facts) =>
        _templates[facts.Bits % (ulong)_templates.Length].Write(output, facts);
}
