using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>
/// Where an event stands in a body. What stands before the first frame, any frames with the layout's separator between those that did not follow each
/// other, and what stands behind the last one make a body again.
/// </summary>
public readonly record struct FramedEvent
{
    /// <summary>Where its frame starts.</summary>
    public required int Start { get; init; }

    /// <summary>Where its frame ends.</summary>
    public required int End { get; init; }

    /// <summary>The event, as the layout encodes it.</summary>
    public required Range Event { get; init; }

    /// <summary>Its id as the inside of a JSON string; empty when the frame holds none.</summary>
    public Range Id { get; init; }

    /// <summary>Its time, when the frame holds one.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>Where the events of a body of one framing stand: the other direction of <see cref="IBodyFormat"/>, which needs none of a row's columns. Immutable.</summary>
public abstract class FrameLayout
{
    /// <summary>What stands between two frames.</summary>
    public virtual ReadOnlySpan<byte> Separator => [];

    /// <summary>Finds the events of a body, in order.</summary>
    /// <returns>false when the body is not framed like that.</returns>
    public abstract bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events);

    /// <summary>The event as the vendor sent it, of what stands in its frame.</summary>
    public virtual ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> framed) => framed;

    /// <summary>Sets what depends on the whole body, such as lengths, once it is put together.</summary>
    public virtual void Complete(PooledBytes body)
    {
        // Most framings have nothing like it.
    }

    /// <summary>An instant as <see cref="FrameWriter.WriteInstant"/> writes it; null when it is not one.</summary>
    private protected static DateTimeOffset? InstantOf(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out DateTime instant, out _, 'O') ? new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)) : null;
}
