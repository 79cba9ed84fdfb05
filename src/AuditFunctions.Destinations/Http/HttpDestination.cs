using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.Http;

/// <summary>Any HTTP endpoint that takes JSON.</summary>
public sealed class HttpDestination : IDestinationType
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
    public string ExampleUrl => "https://siem.example.com/audit";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Choice("body", "array: [event, event]; ndjson: a line per event; envelope: {\"source\",\"partition\",\"events\":[{\"id\",\"time\",\"event\"}]}.", "array", "ndjson", "envelope"),
        DestinationColumn.Choice("auth", "How requests prove who we are; with hmac they are signed as Standard Webhooks says.", "none", "bearer", "basic", "header", "hmac"),
        DestinationColumn.Secret("token", "auth bearer: the token. auth header: the header's value."),
        DestinationColumn.Text("header", "auth header: the header's name.", example: "X-Api-Key"),
        DestinationColumn.Text("username", "auth basic: the user name."),
        DestinationColumn.Secret("password", "auth basic: the password."),
        DestinationColumn.Secret("secret", "auth hmac: the signing secret, whsec_ and base64, or any text."),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: false),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 1,000 to 50,000,000.", 1_000_000),
        DestinationColumn.Number("maxEvents", "Most events in a body, 1 to 100,000.", 10_000),
    ];

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, Uri url, BoundParameters columns, Problems problems)
    {
        var auth = columns["auth"]!;
        foreach (var need in Needs[auth].Where(need => columns[need] is null && !columns.Secrets.ContainsKey(need)))
        {
            problems.Add(need, $"is missing: auth '{auth}' needs it.");
        }

        foreach (var extra in Needs.Values.SelectMany(needs => needs).Distinct().Except(Needs[auth]).Where(column => columns[column] is not null || columns.Secrets.ContainsKey(column)))
        {
            problems.Add(extra, $"is not used by auth '{auth}'; remove it or choose another auth.");
        }

        var framing = columns["body"] switch
        {
            "ndjson" => HttpFraming.Lines,
            "envelope" => HttpFraming.Envelope,
            _ => HttpFraming.Array,
        };
        if (columns["header"] is { } header && !IsRequestHeader(header))
        {
            problems.Add("header", "is no name of a request header that may be set; write one such as X-Api-Key.");
        }

        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Url = url,
            Format = new HttpFormat(framing, columns.Number("maxBodyBytes", 1_000, 50_000_000, problems), columns.Number("maxEvents", 1, 100_000, problems)),
            Delivery = new HttpDelivery(new HttpAuth(auth, columns["header"], columns["username"]), columns.IsTrue("gzip"), framing == HttpFraming.Lines ? "application/x-ndjson" : "application/json"),
            Secrets = columns.Secrets,
        };
    }

    // Not a token (RFC 9110, section 5.6.2), or a header of the content, which would silently not be sent.
    private static bool IsRequestHeader(string name)
    {
        using var message = new HttpRequestMessage();
        return message.Headers.TryAddWithoutValidation(name, "");
    }
}
