using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>Sends a message for each event, and each body over a connection of its own: its end is what proves that the body was read. No message is sent while one of them is too long.</summary>
internal sealed class SyslogSender(SyslogSettings settings) : ISender
{
    private const string NotRead = "the receiver closed the connection before it had read everything";

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        using var lines = LinesBody.Read(body);
        if (lines is null)
        {
            return new SendResult.Refused(0, LinesBody.Unreadable);
        }

        using var messages = new PooledBytes(body.RawBytes + (lines.Events.Count * 256));
        var ends = new List<int>(lines.Events.Count);
        return settings.Write(lines, body.SentAt, messages, ends) is { Count: > 0 } tooLong
            ? new SendResult.Rejected(0, tooLong[0].Reason) { Guilty = tooLong }
            : await TryAsync(() => settings.Transport switch
            {
                SyslogTransport.Datagram => DatagramsAsync(messages, ends, cancellationToken),
                SyslogTransport.Relp => RelpAsync(messages, ends, secrets, cancellationToken),
                _ => StreamAsync(messages, ends, secrets, cancellationToken),
            });
    }

    /// <inheritdoc/>
    public async Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) => settings.Transport switch
    {
        SyslogTransport.Datagram => null,
        SyslogTransport.Relp => await TryAsync(async () =>
        {
            using var nothing = new PooledBytes();
            return await RelpAsync(nothing, [], secrets, cancellationToken);
        }),
        _ => await TryAsync(async () =>
        {
            await using var connection = await OpenAsync(secrets, cancellationToken);
            return SendResult.Accepted.Instance;
        }),
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<SendResult> TryAsync(Func<Task<SendResult>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            var check = exception is AuthenticationException ? ". Check the receiver's certificate, serverName, ca and certificate" : "";
            return new SendResult.Retry(0, ConnectionFailure.InWords(exception, settings.Host, settings.Address) + check)
            {
                // Some end the connection over a message that is too long for them.
                IsOfBody = exception is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted },
            };
        }
        catch (InvalidDataException)
        {
            return new SendResult.Retry(0, $"what {settings.Address} answers is no RELP. Check port and transport");
        }
        catch (CryptographicException)
        {
            return new SendResult.Refused(0, TlsOptions.NotPem(NetworkColumns.Authorities, NetworkColumns.Certificate)) { IsCredential = true };
        }
    }

    private Task<StreamConnection> OpenAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) =>
        StreamConnection.OpenAsync(settings.Host, settings.Port, settings.Tls, secrets, cancellationToken);

    private async Task<SendResult> StreamAsync(PooledBytes messages, List<int> ends, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        using var frames = new PooledBytes(messages.Length + (ends.Count * 8));
        var start = 0;
        foreach (var end in ends)
        {
            if (!settings.HasLines)
            {
                frames.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{end - start} ")));
            }

            frames.Write(messages.WrittenSpan[start..end]);
            frames.Write(settings.HasLines ? "\n"u8 : []);
            start = end;
        }

        await using var connection = await OpenAsync(secrets, cancellationToken);
        await connection.Stream.WriteAsync(frames.WrittenMemory, cancellationToken);
        await connection.EndAsync();
        return !settings.MustClose || await connection.WaitForEndAsync(cancellationToken) ? SendResult.Accepted.Instance : new SendResult.Retry(0, NotRead) { IsOfBody = true };
    }

    private async Task<SendResult> DatagramsAsync(PooledBytes messages, List<int> ends, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(settings.Host, settings.Port, cancellationToken);
        var start = 0;
        foreach (var end in ends)
        {
            await socket.SendAsync(messages.WrittenMemory[start..end], SocketFlags.None, cancellationToken);
            start = end;
        }

        return SendResult.Accepted.Instance;
    }

    private async Task<SendResult> RelpAsync(PooledBytes messages, List<int> ends, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(secrets, cancellationToken);
        var session = new RelpSession(connection.Stream);
        if (await session.OpenAsync(cancellationToken) is { } refusal)
        {
            return new SendResult.Refused(0, $"RELP: {refusal}. Check that the receiver takes the command syslog.");
        }

        var answers = new RelpAnswers(ends.Count);
        try
        {
            await ExchangeAsync(session, messages, ends, answers, cancellationToken);
        }
        catch (OperationCanceledException) when (answers.HasTaken)
        {
            // A receiver that is slow goes on with what it has acknowledged. One whose session breaks off may have died with it: then all is sent again.
            return answers.NotInTime($"no answer of {settings.Address} in time");
        }

        await CloseAsync(session, cancellationToken);
        return answers.Result();
    }

    private static async Task ExchangeAsync(RelpSession session, PooledBytes messages, List<int> ends, RelpAnswers answers, CancellationToken cancellationToken)
    {
        for (int sent = 0, answered = 0; answered < ends.Count; answered++)
        {
            for (; sent < ends.Count && sent - answered < RelpSession.Window; sent++)
            {
                await session.SendMessageAsync(messages.WrittenMemory[(sent == 0 ? 0 : ends[sent - 1])..ends[sent]], cancellationToken);
            }

            var (message, reason) = await session.TakenAsync(cancellationToken);
            answers.Add(message, reason);
        }
    }

    private static async Task CloseAsync(RelpSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.CloseAsync(cancellationToken);
        }
        catch (IOException)
        {
            // Everything is acknowledged.
        }
    }
}
