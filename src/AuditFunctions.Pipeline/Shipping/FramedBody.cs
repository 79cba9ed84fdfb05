using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>A batch's body opened up, so that pieces of it can be sent and events of it kept. Pieces are cut out of it byte by byte and depend on nothing else.</summary>
internal sealed class FramedBody : IDisposable
{
    private readonly FrameLayout _layout;
    private readonly PooledBytes _raw;
    private readonly List<FramedEvent> _frames;

    private FramedBody(FrameLayout layout, PooledBytes raw, List<FramedEvent> frames)
    {
        _layout = layout;
        _raw = raw;
        _frames = frames;
    }

    /// <summary>How many events are in it.</summary>
    public int Count => _frames.Count;

    /// <summary>Opens a body; null when it cannot be read.</summary>
    public static FramedBody? Open(string format, ReadOnlyMemory<byte> gzip)
    {
        var raw = new PooledBytes();
        if (BodyReadings.Find(format) is { } layout && BodyGzip.TryInflate(gzip, raw) && BodyReadings.Read(format, raw.WrittenSpan) is { } frames)
        {
            return new FramedBody(layout, raw, frames);
        }

        raw.Dispose();
        return null;
    }

    /// <summary>The id of a piece: the same each time, and different from that of any other batch, also where two events have the same bytes.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="numbers">The events of the piece, ascending.</param>
    public static string PieceId(string batchId, ReadOnlySpan<int> numbers)
    {
        var text = new StringBuilder($"piece\n{batchId}\n{numbers[0]}\n{numbers[^1] + 1}");
        if (numbers[^1] - numbers[0] + 1 != numbers.Length)
        {
            foreach (var number in numbers)
            {
                text.Append('\n').Append(number);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    /// <summary>A body of some events, compressed; the receiver disposes it.</summary>
    /// <param name="numbers">The events, ascending.</param>
    /// <param name="rawBytes">Its length before compression.</param>
    public PooledBytes Piece(ReadOnlySpan<int> numbers, out int rawBytes)
    {
        var whole = _raw.WrittenSpan;
        using var piece = new PooledBytes();
        piece.Write(whole[.._frames[0].Start]);
        for (var at = 0; at < numbers.Length;)
        {
            var last = at;
            while (last + 1 < numbers.Length && numbers[last + 1] == numbers[last] + 1)
            {
                last++;
            }

            if (at > 0)
            {
                piece.Write(_layout.Separator);
            }

            piece.Write(whole[_frames[numbers[at]].Start.._frames[numbers[last]].End]);
            at = last + 1;
        }

        piece.Write(whole[_frames[^1].End..]);
        _layout.Complete(piece);
        rawBytes = piece.Length;
        return BodyGzip.Compress(piece.WrittenSpan);
    }

    /// <summary>Some events in the neutral framing, compressed; the receiver disposes it.</summary>
    public PooledBytes Neutral(ReadOnlySpan<int> numbers)
    {
        using var neutral = new PooledBytes();
        foreach (var number in numbers)
        {
            var frame = _frames[number];
            NeutralFrames.Write(neutral, new EventView { Bytes = _layout.Decode(_raw.WrittenSpan[frame.Event]), Id = _raw.WrittenSpan[frame.Id], Time = frame.Time });
        }

        return BodyGzip.Compress(neutral.WrittenSpan);
    }

    /// <summary>An event's id as text; null when its frame holds none.</summary>
    public string? IdOf(int number)
    {
        var id = _raw.WrittenSpan[_frames[number].Id];
        return id.Length > 0 ? JsonText.Unescape(id) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _raw.Dispose();
}
