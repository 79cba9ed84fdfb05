using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>Any syslog receiver: TCP, TLS, UDP or RELP.</summary>
internal sealed class SyslogDestination : IDestinationType
{
    private const int MaxDatagram = 65_507;

    // Where a header, ids and what JSON escapes need have their room in a message.
    private const int HeaderBytes = 1_024;

    /// <inheritdoc/>
    public string Name => "syslog";

    /// <inheritdoc/>
    public string Title => "Syslog receivers over TLS, TCP, UDP or RELP: JSON, CEF, LEEF or CSV.";

    /// <inheritdoc/>
    public string Proof => "relp: 200 for each message. tls, tcp: the receiver read to the end of the connection and closed it. udp: none.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        SyslogAddress.Column("Host and port of the receiver.", required: true),
        DestinationColumn.Choice("transport", "What messages go over; only relp and relp-tls acknowledge each one.", "tls", "tcp", "udp", "relp", "relp-tls"),
        DestinationColumn.Choice("framing", "tls, tcp: octet-counting: the length stands before each message; lf: a line feed behind it.", "octet-counting", "lf"),
        DestinationColumn.Choice("confirm", "tls, tcp: close: a body counts as delivered when the receiver has closed the connection behind it; none: when it was sent.", "close", "none"),
        DestinationColumn.Choice("header", "What stands before a message.", "rfc5424", "rfc3164"),
        DestinationColumn.Choice("message", "json: the event; envelope: with its source, id and time; cef; leef2; leef1; csv.", "json", "envelope", "cef", "leef2", "leef1", "csv"),
        .. SyslogContents.Columns,
        DestinationColumn.Number("facility", "Facility, 0 to 23; 13 is log audit.", 13),
        DestinationColumn.Number("severity", "Severity, 0 to 7; 6 is informational.", 6),
        DestinationColumn.Text("hostname", "Host in the header; without it the source's name."),
        DestinationColumn.Text("appName", "Application in the header: up to 32 letters, digits, '-', '_' and '.'.", "auditfunctions"),
        DestinationColumn.Text("structuredId", "rfc5424: id of the structured data: a name, '@' and an enterprise number.", "auditfunctions@32473"),
        DestinationColumn.Flag("bom", "rfc5424: whether a byte order mark stands before the message.", fallback: false),
        .. TlsSettings.Columns,
        DestinationColumn.Number("maxMessageBytes", "Longest message with its header, in bytes, 480 to 10,000,000; with udp to 65,507. The receiver must take as much.", 8_192),
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 10,000 to 20,000,000.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var transport = columns["transport"]!;
        var (host, port) = SyslogAddress.Read(columns["address"]!, problems);
        if (columns["hostname"] is { } hostname && (hostname.Length > 255 || !hostname.All(IsPrintable)))
        {
            problems.Add("hostname", "is no host of a syslog header: up to 255 printable characters of ASCII, no spaces.");
        }

        var app = columns["appName"]!;
        if (app.Length > 32 || !app.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            problems.Add("appName", "is no application of a syslog header: up to 32 letters, digits, '-', '_' and '.'.");
        }

        var structured = columns["structuredId"]!;
        if (structured.Length > 32 || !structured.All(IsPrintable) || structured.AsSpan().ContainsAny("=]\"") || structured.Split('@') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            problems.Add("structuredId", "is no id of structured data: a name, '@' and an enterprise number, such as auditfunctions@32473, up to 32 characters.");
        }

        if (!IsSecured(transport))
        {
            CheckUnused(columns, problems, transport);
        }

        var maxMessageBytes = columns.Number("maxMessageBytes", 480, transport == "udp" ? MaxDatagram : 10_000_000, problems);
        var priority = (columns.Number("facility", 0, 23, problems) * 8) + columns.Number("severity", 0, 7, problems);
        return Define(name, Name, columns, problems, new SyslogSettings
        {
            Host = host,
            Port = port,
            Transport = transport switch
            {
                "udp" => SyslogTransport.Datagram,
                "relp" or "relp-tls" => SyslogTransport.Relp,
                _ => SyslogTransport.Stream,
            },
            Tls = IsSecured(transport) ? new TlsSettings(columns["serverName"] ?? host) : null,
            HasLines = columns["framing"] == "lf",
            MustClose = columns["confirm"] == "close",
            Header = new SyslogHeader { IsOld = columns["header"] == "rfc3164", Priority = priority, Hostname = columns["hostname"], AppName = app, StructuredId = structured, HasMark = columns.IsTrue("bom") },
            Content = SyslogContents.Read(columns["message"]!, columns, problems),
            MaxMessageBytes = maxMessageBytes,
        });
    }

    /// <summary>The definition of a row whose settings are known.</summary>
    public static DestinationDefinition Define(string name, string type, BoundParameters columns, Problems problems, SyslogSettings settings) => new()
    {
        Name = name,
        Type = type,
        Address = settings.Address,
        Format = new LinesFormat(columns.Number("maxBodyBytes", 10_000, 20_000_000, problems), Math.Max(settings.MaxMessageBytes - HeaderBytes, settings.MaxMessageBytes / 4), maxEvents: 10_000),
        CreateSender = _ => new SyslogSender(settings),
        Secrets = columns.Secrets,
    };

    /// <summary>Columns of TLS say nothing where there is none.</summary>
    public static void CheckUnused(BoundParameters columns, Problems problems, string transport)
    {
        foreach (var column in TlsSettings.Columns.Select(column => column.Name).Where(column => columns[column] is not null || columns.Secrets.ContainsKey(column)))
        {
            problems.Add(column, $"is not used by transport '{transport}', which has no TLS; remove it.");
        }
    }

    private static bool IsSecured(string transport) => transport is "tls" or "relp-tls";

    private static bool IsPrintable(char c) => c is > ' ' and <= '~';
}
