using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Syslog;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.QRadar;

/// <summary>IBM QRadar: a preset of syslog with LEEF, and of its HTTP Receiver ("TLS Syslog" and "HTTP Receiver protocol configuration options", ibm.com, read 2026-11-21).</summary>
internal sealed class QRadarDestination : IDestinationType
{
    private static readonly string[] OfSyslog = ["transport", "fields", "eventId", "vendor", "product", "hostname", "serverName"];

    /// <inheritdoc/>
    public string Name => "qradar";

    /// <inheritdoc/>
    public string Title => "IBM QRadar by syslog with LEEF, or by its HTTP Receiver.";

    /// <inheritdoc/>
    public string Proof => "Syslog: the receiver read to the end of the connection and closed it. HTTP Receiver: 2xx that is neither a page of HTML nor JSON that names an error.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        SyslogAddress.Column("Host and port of the event collector, for syslog; not with url.", required: false),
        DestinationColumn.OptionalUrl("https://collector.example.com:12469/", "Address of the HTTP Receiver; not with address."),
        DestinationColumn.Text("transport", "Syslog: tls or tcp; without it tls.", example: "tls"),
        DestinationColumn.Text("message", "Syslog: leef2, leef1 or json; without it leef2.", example: "leef2"),
        .. SyslogContents.Columns,
        DestinationColumn.Text("hostname", "Syslog: the log source identifier; without it the source's name."),
        .. TlsSettings.Columns,
        DestinationColumn.Text("header", "HTTP Receiver: the name of a header for a proxy in front of it.", example: "X-Api-Key"),
        DestinationColumn.Secret("token", "HTTP Receiver: the header's value."),
        DestinationColumn.Number("maxMessageBytes", "Longest event, in bytes, 480 to 1,000,000: the log source's maximum payload length.", 8_192),
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 10,000 to 20,000,000.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> UsualColumns => ["address"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var maxMessageBytes = columns.Number("maxMessageBytes", 480, 1_000_000, problems);
        if (columns["url"] is null == columns["address"] is null)
        {
            problems.Add("address", columns["url"] is null ? "is missing: give the event collector's address, or the url of its HTTP Receiver." : "is not used beside url; remove one of them.");
            return OverHttp(name, new Uri("https://missing.invalid/"), maxMessageBytes, columns, problems);
        }

        return columns["url"] is { } url ? OverHttp(name, new Uri(url), maxMessageBytes, columns, problems) : OverSyslog(name, maxMessageBytes, columns, problems);
    }

    private DestinationDefinition OverSyslog(string name, int maxMessageBytes, BoundParameters columns, Problems problems)
    {
        var transport = columns["transport"] ?? "tls";
        var message = columns["message"] ?? "leef2";
        CheckChoice("transport", transport, ["tls", "tcp"], problems);
        CheckChoice("message", message, ["leef2", "leef1", "json"], problems);
        CheckUnused(columns, ["header", "token"], "address", problems);
        if (columns["hostname"] is { } hostname && (hostname.Length > 255 || hostname.Any(c => c is <= ' ' or > '~')))
        {
            problems.Add("hostname", "is no log source identifier: up to 255 printable characters of ASCII, no spaces.");
        }

        if (transport != "tls")
        {
            SyslogDestination.CheckUnused(columns, problems, transport);
        }

        var (host, port) = SyslogAddress.Read(columns["address"]!, problems);
        return SyslogDestination.Define(name, Name, columns, problems, new SyslogSettings
        {
            Host = host,
            Port = port,
            Transport = SyslogTransport.Stream,
            Tls = transport == "tls" ? new TlsSettings(columns["serverName"] ?? host) : null,

            // QRadar reads lines.
            HasLines = true,
            MustClose = true,
            Header = new SyslogHeader { IsOld = true, Priority = (13 * 8) + 6, Hostname = columns["hostname"], AppName = "auditfunctions", StructuredId = "auditfunctions@32473" },
            Content = SyslogContents.Read(message, columns, problems),
            MaxMessageBytes = maxMessageBytes,
        });
    }

    private DestinationDefinition OverHttp(string name, Uri url, int maxMessageBytes, BoundParameters columns, Problems problems)
    {
        CheckUnused(columns, [.. OfSyslog, "message"], "url", problems);
        var hasToken = columns.Secrets.ContainsKey("token");
        if (hasToken != columns["header"] is not null)
        {
            problems.Add(hasToken ? "header" : "token", "is missing: header and token belong together.");
        }
        else if (columns["header"] is { } header && !RequestHeader.IsName(header))
        {
            problems.Add("header", RequestHeader.Wrong);
        }

        var protocol = new HttpProtocol(url, new HttpAuth(hasToken ? "header" : "none", columns["header"], username: null), gzip: false, "application/json", expect: null);
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = url.Authority,
            Url = url,
            Format = new LinesFormat(columns.Number("maxBodyBytes", 10_000, 20_000_000, problems), Math.Max(maxMessageBytes - 512, 200), maxEvents: 10_000),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }

    private static void CheckChoice(string column, string word, string[] allowed, Problems problems)
    {
        if (!allowed.Contains(word))
        {
            problems.Add(column, $"is '{word}'; allowed: {string.Join(", ", allowed)}.");
        }
    }

    private static void CheckUnused(BoundParameters columns, string[] unused, string with, Problems problems)
    {
        foreach (var column in unused.Where(column => columns[column] is not null || columns.Secrets.ContainsKey(column)))
        {
            problems.Add(column, $"is not used with {with}; remove it.");
        }
    }
}
