using System.Buffers;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>
/// The client of RELP, which acknowledges each message once it was taken ("The Reliable Event Logging Protocol", rsyslog.com, and librelp's doc/relp.html, read 2026-11-26):
/// <c>TXNR COMMAND LENGTH DATA LF</c>, and <c>TXNR rsp LENGTH 200 OK LF</c>. One session serves one body.
/// </summary>
internal sealed class RelpSession(Stream stream)
{
    /// <summary>Messages that are sent before an answer is waited for.</summary>
    public const int Window = 128;

    private const int MaxAnswer = 16 * 1024;
    private readonly byte[] _buffer = new byte[4096];
    private readonly HashSet<int> _unanswered = [];
    private int _at;
    private int _end;
    private int _number;

    /// <summary>Opens the session; null when it is open, else why not.</summary>
    /// <exception cref="IOException">The connection broke off.</exception>
    /// <exception cref="InvalidDataException">The other side speaks no RELP.</exception>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        await SendAsync("open", "relp_version=0\nrelp_software=auditfunctions\ncommands=syslog"u8.ToArray(), cancellationToken);
        return (await TakenAsync(cancellationToken)).Reason;
    }

    /// <summary>Sends a message; its answer comes later, in any order.</summary>
    public async Task SendMessageAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => await SendAsync("syslog", message, cancellationToken);

    /// <summary>Reads an answer: to which message, counted from 0, and why that was not taken; null when it was.</summary>
    /// <exception cref="IOException">The connection broke off.</exception>
    /// <exception cref="InvalidDataException">The other side speaks no RELP.</exception>
    public async Task<(int Message, string? Reason)> TakenAsync(CancellationToken cancellationToken)
    {
        var (number, text) = await AnswerAsync(cancellationToken);
        var line = text.Split('\n')[0];

        // The session was opened with the first number.
        return (number - 2, line == "200" || line.StartsWith("200 ", StringComparison.Ordinal) ? null : line);
    }

    /// <summary>Says good-bye. What was taken stays taken, whatever becomes of it.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken) => await SendAsync("close", ReadOnlyMemory<byte>.Empty, cancellationToken);

    private async Task SendAsync(string command, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _unanswered.Add(++_number);
        var length = 64 + data.Length;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_number} {command} {data.Length}{(data.Length > 0 ? " " : "")}"), frame);
            data.Span.CopyTo(frame.AsSpan(head));
            frame[head + data.Length] = (byte)'\n';
            await stream.WriteAsync(frame.AsMemory(0, head + data.Length + 1), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private async Task<(int Number, string Text)> AnswerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var number = await NumberAsync(cancellationToken);
            var command = await WordAsync(cancellationToken);
            var length = await NumberAsync(cancellationToken);
            if (length > MaxAnswer)
            {
                throw NoRelp();
            }

            // The separator was read with the length; without data the line feed was.
            var data = new byte[length];
            for (var at = 0; at < length; at++)
            {
                data[at] = await ByteAsync(cancellationToken);
            }

            if (length > 0 && await ByteAsync(cancellationToken) != '\n')
            {
                throw NoRelp();
            }

            if (command == "serverclose")
            {
                throw new IOException("The receiver closes the session.");
            }

            if (command == "rsp")
            {
                // Two answers to one message would count for another one, which may not be taken.
                if (!_unanswered.Remove(number))
                {
                    throw NoRelp();
                }

                return (number, Encoding.UTF8.GetString(data));
            }
        }
    }

    private static InvalidDataException NoRelp() => new("The answer is no RELP.");

    private async Task<int> NumberAsync(CancellationToken cancellationToken) =>
        int.TryParse(await WordAsync(cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw NoRelp();

    private async Task<string> WordAsync(CancellationToken cancellationToken)
    {
        var word = new StringBuilder();
        for (var next = await ByteAsync(cancellationToken); next is not ((byte)' ' or (byte)'\n'); next = await ByteAsync(cancellationToken))
        {
            if (word.Length > 32)
            {
                throw NoRelp();
            }

            word.Append((char)next);
        }

        return word.ToString();
    }

    private async ValueTask<byte> ByteAsync(CancellationToken cancellationToken)
    {
        if (_at == _end)
        {
            _end = await stream.ReadAsync(_buffer, cancellationToken);
            _at = 0;
            if (_end == 0)
            {
                throw new IOException("The connection was closed.");
            }
        }

        return _buffer[_at++];
    }
}
