using System.Buffers;
using System.Buffers.Text;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>What stands in a frame beside fixed text.</summary>
internal enum IntakeField
{
    /// <summary>Nothing: only the text.</summary>
    None,

    /// <summary>The source's name.</summary>
    Source,

    /// <summary>The partition's.</summary>
    Partition,

    /// <summary>The template's name; left out with its text when it is not known.</summary>
    Template,

    /// <summary>The vendor's; left out with its text when it is not known.</summary>
    Vendor,

    /// <summary>When the event was fetched, like <see cref="Instant"/>; left out with its text when it is not known.</summary>
    Fetched,

    /// <summary>The event's id.</summary>
    Id,

    /// <summary>The hash of the event and of where it comes from.</summary>
    Hash,

    /// <summary>Its time as <c>2026-01-02T03:04:05.1234567Z</c>; left out with its text when it is not known.</summary>
    Instant,

    /// <summary>Its time in seconds since 1970, with a fraction; left out with its text when it is not known.</summary>
    Seconds,

    /// <summary>Its time in milliseconds since 1970; left out with its text when it is not known.</summary>
    Milliseconds,

    /// <summary>Its time in nanoseconds since 1970; 0 when it is not known, or beyond what 64 bits hold.</summary>
    Nanoseconds,

    /// <summary>Its time like <see cref="Instant"/>; the start of 1970 when it is not known.</summary>
    InstantOrEpoch,

    /// <summary>A second after <see cref="InstantOrEpoch"/>: for services that want another time behind it, which a repeated page must not change.</summary>
    SecondLater,

    /// <summary>The event as JSON, in an object when it is not one.</summary>
    Event,

    /// <summary>The event as the inside of a JSON string.</summary>
    Text,

    /// <summary>The event in base64.</summary>
    Base64,
}

/// <summary>A part of a frame: fixed text, and a field behind it.</summary>
/// <param name="Before">The text.</param>
/// <param name="Field">The field.</param>
/// <param name="After">Text that is left out with the field.</param>
internal sealed record IntakePart(byte[] Before, IntakeField Field, byte[] After);

/// <summary>How an intake frames events, said as data. Immutable.</summary>
internal sealed record IntakeFrames
{
    /// <summary>Name and version of the framing.</summary>
    public required string Kind { get; init; }

    /// <summary>What a body starts with.</summary>
    public byte[] Open { get; init; } = [];

    /// <summary>What follows, before the first event.</summary>
    public IntakePart[] Start { get; init; } = [];

    /// <summary>An event's frame.</summary>
    public required IntakePart[] Frame { get; init; }

    /// <summary>What stands at the end of a frame.</summary>
    public required byte[] Close { get; init; }

    /// <summary>What stands between two frames.</summary>
    public byte[] Separator { get; init; } = [];

    /// <summary>What stands after the last event.</summary>
    public byte[] End { get; init; } = [];

    /// <summary>Where events stand in such a body.</summary>
    public required JsonFrames Layout { get; init; }
}

/// <summary>Frames events as an intake says.</summary>
internal sealed class IntakeFormat(IntakeFrames frames, int maxBodyBytes, int maxEvents, int maxEventBytes) : IBodyFormat
{
    // The longest number or instant.
    private const int LongestField = 48;

    private readonly int _startBytes = FixedBytesOf(frames.Start);
    private readonly int _frameBytes = FixedBytesOf(frames.Frame) + frames.Close.Length;
    private readonly bool _isText = Array.Exists(frames.Frame, part => part.Field == IntakeField.Text);
    private readonly bool _isBase64 = Array.Exists(frames.Frame, part => part.Field == IntakeField.Base64);

    /// <inheritdoc/>
    public string Kind => frames.Kind;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => maxEvents;

    /// <inheritdoc/>
    public int MaxEventBytes => maxEventBytes;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
        body.Write(frames.Open);
        Write(body, context, default, frames.Start, default, _startBytes);
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        body.Write(first ? [] : frames.Separator);
        var eventBytes = _isText ? FrameWriter.JsonTextBytes(auditEvent.Bytes)
            : _isBase64 ? Base64.GetMaxEncodedToUtf8Length(auditEvent.Bytes.Length)
            : auditEvent.Bytes.Length;
        Write(body, context, auditEvent, frames.Frame, frames.Close, _frameBytes + auditEvent.Id.Length + eventBytes);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context) => body.Write(frames.End);

    private static int FixedBytesOf(IntakePart[] parts) => parts.Sum(part => part.Before.Length + part.After.Length + LongestField);

    private static void Write(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, IntakePart[] parts, ReadOnlySpan<byte> close, int bytes)
    {
        var frame = new FrameWriter(body.GetSpan(bytes + (6 * (context.Source.Length + context.Partition.Length)) + OriginMembers.TextBytes(context)));
        foreach (var part in parts)
        {
            if (IsKnown(context, auditEvent, part.Field))
            {
                frame.Write(part.Before);
                WriteField(ref frame, context, auditEvent, part.Field);
                frame.Write(part.After);
            }
        }

        frame.Write(close);
        body.Advance(frame.Length);
    }

    private static bool IsKnown(in BodyContext context, in EventView auditEvent, IntakeField field) => field switch
    {
        IntakeField.Instant or IntakeField.Seconds or IntakeField.Milliseconds => auditEvent.Time is not null,
        IntakeField.Template => context.Template is not null,
        IntakeField.Vendor => context.Vendor is not null,
        IntakeField.Fetched => context.FetchedAt is not null,
        _ => true,
    };

    private static void WriteField(ref FrameWriter frame, in BodyContext context, in EventView auditEvent, IntakeField field)
    {
        switch (field)
        {
            case IntakeField.None:
                break;
            case IntakeField.Source:
                frame.WriteText(context.Source);
                break;
            case IntakeField.Partition:
                frame.WriteJsonText(context.Partition);
                break;
            case IntakeField.Template:
                frame.WriteJsonText(context.Template!);
                break;
            case IntakeField.Vendor:
                frame.WriteJsonText(context.Vendor!);
                break;
            case IntakeField.Fetched:
                frame.WriteInstant(context.FetchedAt!.Value);
                break;
            case IntakeField.Id:
                frame.Write(auditEvent.Id);
                break;
            case IntakeField.Hash:
                Span<byte> hash = stackalloc byte[EventHash.Length];
                EventHash.Write(context, auditEvent, hash);
                frame.Write(hash);
                break;
            case IntakeField.Instant:
                frame.WriteInstant(auditEvent.Time!.Value);
                break;
            case IntakeField.Seconds:
                frame.WriteSeconds(auditEvent.Time!.Value);
                break;
            case IntakeField.Milliseconds:
                frame.WriteNumber(auditEvent.Time!.Value.ToUnixTimeMilliseconds());
                break;
            case IntakeField.Nanoseconds:
                frame.WriteNumber(Nanoseconds(auditEvent.Time ?? DateTimeOffset.UnixEpoch));
                break;
            case IntakeField.InstantOrEpoch:
                frame.WriteInstant(auditEvent.Time ?? DateTimeOffset.UnixEpoch);
                break;
            case IntakeField.SecondLater:
                frame.WriteInstant(Later(auditEvent.Time ?? DateTimeOffset.UnixEpoch));
                break;
            case IntakeField.Base64:
                frame.WriteBase64(auditEvent.Bytes);
                break;
            case IntakeField.Text:
                frame.WriteJsonText(auditEvent.Bytes);
                break;
            default:
                var isWrapped = EventWrap.IsNeeded(auditEvent.Bytes);
                frame.Write(isWrapped ? EventWrap.Start : []);
                frame.WriteOneLine(auditEvent.Bytes);
                frame.Write(isWrapped ? "}"u8 : []);
                break;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset time) => time < DateTimeOffset.MaxValue.AddSeconds(-1) ? time.AddSeconds(1) : time;

    // Beyond the years 1678 to 2262 64 bits do not hold it: one such number would have a whole body refused as unreadable.
    private static long Nanoseconds(DateTimeOffset time) =>
        time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks is >= -long.MaxValue / 100 and <= long.MaxValue / 100 and var ticks ? ticks * 100 : 0;
}
