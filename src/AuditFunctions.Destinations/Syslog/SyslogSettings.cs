using System.Globalization;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>What messages go over.</summary>
internal enum SyslogTransport
{
    /// <summary>TCP, with TLS or without.</summary>
    Stream,

    /// <summary>A datagram for each message.</summary>
    Datagram,

    /// <summary>RELP, which acknowledges each message.</summary>
    Relp,
}

/// <summary>A syslog receiver, and what messages to it look like. Immutable.</summary>
internal sealed record SyslogSettings
{
    /// <summary>The receiver's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Both, as a row writes them: an IPv6 address in brackets.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>What messages go over.</summary>
    public required SyslogTransport Transport { get; init; }

    /// <summary>How it is protected; null: not at all.</summary>
    public required TlsSettings? Tls { get; init; }

    /// <summary>Whether a line feed ends a message, instead of its length standing before it.</summary>
    public bool HasLines { get; init; }

    /// <summary>Whether the receiver must close its side before a body counts as delivered.</summary>
    public bool MustClose { get; init; }

    /// <summary>What stands before a message.</summary>
    public required SyslogHeader Header { get; init; }

    /// <summary>What a message says.</summary>
    public required SyslogContent Content { get; init; }

    /// <summary>Longest message with its header, in bytes.</summary>
    public required int MaxMessageBytes { get; init; }

    /// <summary>Makes the messages of a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="sentAt">The instant of this attempt.</param>
    /// <param name="into">Takes the messages, one after another.</param>
    /// <param name="ends">Takes where each one ends.</param>
    /// <returns>The events whose message is too long.</returns>
    public List<RejectedEvent> Write(LinesBody body, DateTimeOffset sentAt, PooledBytes into, List<int> ends)
    {
        var tooLong = new List<RejectedEvent>();
        for (var number = 0; number < body.Events.Count; number++)
        {
            var start = into.Length;
            Header.Write(into, body, number, sentAt);
            Content.Write(into, body, number);
            ends.Add(into.Length);
            if (into.Length - start > MaxMessageBytes)
            {
                tooLong.Add(new RejectedEvent(number, string.Create(CultureInfo.InvariantCulture, $"its message has {into.Length - start} bytes; maxMessageBytes allows {MaxMessageBytes}")));
            }
        }

        return tooLong;
    }
}
