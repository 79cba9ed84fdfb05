using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>A batch's body opened up, so that pieces of it can be sent. The pieces are cut out of it byte by byte and depend on nothing else.</summary>
internal sealed class FramedBody : IDisposable
{
    private readonly PooledBytes _raw;
    private readonly List<FramedEvent> _frames;

    private FramedBody(PooledBytes raw, List<FramedEvent> frames)
    {
        _raw = raw;
        _frames = frames;
    }

    /// <summary>How many events are in it.</summary>
    public int Count => _frames.Count;

    /// <summary>Opens a body; null when it cannot be read.</summary>
    public static FramedBody? Open(string format, ReadOnlyMemory<byte> gzip)
    {
        var raw = new PooledBytes();
        if (BodyGzip.TryInflate(gzip, raw) && BodyReadings.Read(format, raw.WrittenSpan) is { } frames)
        {
            return new FramedBody(raw, frames);
        }

        raw.Dispose();
        return null;
    }

    /// <summary>The id of a piece: the same each time, and different from that of any other batch, also where two events have the same bytes.</summary>
    public static string PieceId(string batchId, int from, int to) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"piece\n{batchId}\n{from}\n{to}")).AsSpan(0, 16));

    /// <summary>A body of some events that follow each other, compressed; the receiver disposes it.</summary>
    public PooledBytes Piece(int from, int to, out int rawBytes)
    {
        var whole = _raw.WrittenSpan;
        using var piece = new PooledBytes();
        piece.Write(whole[.._frames[0].Start]);
        piece.Write(whole[_frames[from].Start.._frames[to - 1].End]);
        piece.Write(whole[_frames[^1].End..]);
        rawBytes = piece.Length;
        return BodyGzip.Compress(piece.WrittenSpan);
    }

    /// <summary>An event's id as text; null when its frame holds none.</summary>
    public string? IdOf(int at)
    {
        var id = _raw.WrittenSpan[_frames[at].Id];
        return id.Length > 0 ? JsonText.Unescape(id) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _raw.Dispose();
}
