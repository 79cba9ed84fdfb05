using System.Buffers;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>Reads the frames of a connection.</summary>
internal sealed class SyslogFrameReader(Stream stream, CancellationToken ct)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;

    /// <summary>The next byte, which stays; null at the end.</summary>
    public async ValueTask<byte?> PeekAsync()
    {
        if (_at == _end)
        {
            _end = await stream.ReadAsync(_buffer, ct);
            _at = 0;
        }

        return _end == 0 ? null : _buffer[_at];
    }

    /// <summary>What stands before a byte, which is read as well.</summary>
    public async Task<byte[]> ToAsync(byte end, int most)
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (var next = await NextAsync(); next != end; next = await NextAsync())
        {
            bytes.Write([next]);
            if (bytes.WrittenCount > most)
            {
                throw new InvalidDataException("A frame has no end.");
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A number, and the space behind it.</summary>
    public async Task<int> NumberAsync() => Number(Encoding.ASCII.GetString(await ToAsync((byte)' ', 10)));

    /// <summary>A length, and whether data stands behind it instead of the frame's end.</summary>
    public async Task<(int Length, bool HasData)> LengthAsync()
    {
        var digits = "";
        var next = await NextAsync();
        for (; next is not ((byte)' ' or (byte)'\n'); next = await NextAsync())
        {
            digits += (char)next;
        }

        var length = Number(digits);
        return length > 0 == (next == ' ') ? (length, next == ' ') : throw new InvalidDataException("A frame's length and its data disagree.");
    }

    /// <summary>So many bytes.</summary>
    public async Task<byte[]> TakeAsync(int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            if (await PeekAsync() is null)
            {
                throw new InvalidDataException("The connection ends inside a frame.");
            }

            var count = Math.Min(length - at, _end - _at);
            _buffer.AsSpan(_at, count).CopyTo(bytes.AsSpan(at));
            (_at, at) = (_at + count, at + count);
        }

        return bytes;
    }

    private static int Number(string digits) =>
        digits is ['0', _, ..] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000_000
            ? throw new InvalidDataException($"'{digits}' is no length.")
            : number;

    private async ValueTask<byte> NextAsync()
    {
        var next = await PeekAsync() ?? throw new InvalidDataException("The connection ends inside a frame.");
        _at++;
        return next;
    }
}
