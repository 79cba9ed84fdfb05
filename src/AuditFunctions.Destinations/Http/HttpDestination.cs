using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Http;

/// <summary>Any HTTP endpoint that takes JSON.</summary>
internal sealed class HttpDestination : IDestinationType
{
    // Which columns each auth needs.
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["none"] = [],
        ["bearer"] = ["token"],
        ["basic"] = ["username", "password"],
        ["header"] = ["header", "token"],
        ["hmac"] = ["secret"],
    };

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public string Title => "Any HTTP endpoint that takes JSON.";

    /// <inheritdoc/>
    public string Proof => "2xx that is neither a page of HTML nor JSON that names an error; with expect, 2xx with that text.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://siem.example.com/audit"),
        DestinationColumn.Choice("body", "array: [event, event]; ndjson: a line per event; envelope: {\"source\",\"partition\",\"template\",\"vendor\",\"fetched\",\"events\":[{\"id\",\"time\",\"event\"}]}.", "array", "ndjson", "envelope"),
        DestinationColumn.Choice("auth", "How requests prove who we are; with hmac they are signed as Standard Webhooks says.", "none", "bearer", "basic", "header", "hmac"),
        DestinationColumn.Secret("token", "auth bearer: the token. auth header: the header's value."),
        DestinationColumn.Text("header", "auth header: the header's name.", example: "X-Api-Key"),
        DestinationColumn.Text("username", "auth basic: the user name."),
        DestinationColumn.Secret("password", "auth basic: the password."),
        DestinationColumn.Secret("secret", "auth hmac: the signing secret, whsec_ and base64, or any text."),
        DestinationColumn.Text("expect", "Text that an answer must hold to count as delivered; without it every 2xx does that is neither a page of HTML nor JSON that names an error.", example: "\"ok\""),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: false),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 1,000 to 50,000,000.", 1_000_000),
        DestinationColumn.Number("maxEvents", "Most events in a body, 1 to 100,000.", 10_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => HttpFormat.Layouts;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var url = columns.UrlOf();
        var auth = columns["auth"]!;
        columns.CheckAuth(Needs, problems);
        var framing = columns["body"] switch
        {
            "ndjson" => HttpFraming.Lines,
            "envelope" => HttpFraming.Envelope,
            _ => HttpFraming.Array,
        };
        if (columns["header"] is { } header && !RequestHeader.IsName(header))
        {
            problems.Add("header", RequestHeader.Wrong);
        }

        var protocol = new HttpProtocol(url, new HttpAuth(auth, columns["header"], columns["username"]), columns.IsTrue("gzip"), framing == HttpFraming.Lines ? "application/x-ndjson" : "application/json", columns["expect"]);
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = url.Authority,
            Url = url,
            Format = new HttpFormat(framing, columns.Number("maxBodyBytes", 1_000, 50_000_000, problems), columns.Number("maxEvents", 1, 100_000, problems)),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }
}
