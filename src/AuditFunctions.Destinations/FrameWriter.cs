using System.Buffers.Text;
using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>Writes an event's frame into a span that is large enough.</summary>
internal ref struct FrameWriter(Span<byte> span)
{
    private readonly Span<byte> _span = span;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes a name of ours, which needs no JSON escapes.</summary>
    public void WriteText(string name) => Length += Encoding.UTF8.GetBytes(name, _span[Length..]);

    /// <summary>Writes seconds since 1970 as a plain decimal, with as many of seven fraction digits as the instant has.</summary>
    public void WriteSeconds(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        if (ticks < 0)
        {
            Write("-"u8);
            ticks = -ticks;
        }

        Utf8Formatter.TryFormat(ticks / TimeSpan.TicksPerSecond, _span[Length..], out var written);
        Length += written;
        var fraction = (int)(ticks % TimeSpan.TicksPerSecond);
        if (fraction > 0)
        {
            Write("."u8);
            Utf8Formatter.TryFormat(fraction, _span[Length..], out written, new System.Buffers.StandardFormat('D', 7));
            while (_span[Length + written - 1] == '0')
            {
                written--;
            }

            Length += written;
        }
    }

    /// <summary>Writes an instant as <c>2026-01-02T03:04:05.1234567Z</c>.</summary>
    public void WriteInstant(DateTimeOffset instant)
    {
        instant.UtcDateTime.TryFormat(_span[Length..], out var written, "O");
        Length += written;
    }
}
