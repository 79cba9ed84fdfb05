using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>What one log intake takes.</summary>
internal sealed record IntakeRules
{
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";

    private static readonly Dictionary<string, IntakeRules> Fixed = new(StringComparer.Ordinal)
    {
        ["/api/v2/logs"] = new() { Name = "datadog", Token = Header("DD-API-KEY"), MaxBytes = 5_000_000, MaxEvents = 1_000, Read = body => Array(body, Datadog), Answer = (_, _) => Plain(202, "{}") },
        ["/log/v1"] = new() { Name = "newrelic", Token = Header("Api-Key"), MaxBytes = 1_000_000, Read = NewRelic, Answer = (_, _) => Plain(202, """{"requestId":"1"}""") },
        ["/api/v2/logs/ingest"] = new()
        {
            Name = "dynatrace",
            Token = Scheme("Api-Token "),
            MaxBytes = 10_000_000,
            MaxEvents = 50_000,
            Read = body => Array(body, Dynatrace),
            TakesPart = true,
            Answer = (_, refused) => refused == 0 ? Plain(204, "") : Plain(200, """{"details":{"code":200,"message":"events were not ingested"}}"""),
        },
        ["/loki/api/v1/push"] = new() { Name = "loki", Token = Scheme("Bearer "), MaxBytes = 100_000_000, Read = Loki, TakesPart = true, Answer = (_, refused) => refused == 0 ? Plain(204, "") : Plain(400, "entry too far behind") },
        ["/logs/v1/event"] = new() { Name = "cortex-xsiam", Token = Header("Authorization"), Types = ["text/plain"], Read = body => OfLines(body, Line), Answer = (_, _) => Plain(200, """{"error":"false"}""") },
        ["/cloud-collectors/v1/logs/json"] = new() { Name = "exabeam", Token = Scheme("Bearer "), Types = [Json, "application/gzip"], MaxBytes = 32_000_000, Read = body => Array(body, Line), Answer = (_, _) => Plain(200, "") },
        ["/gelf"] = new() { Name = "graylog", Token = Header("Authorization"), Read = body => OfLines(body, Gelf), Answer = (_, _) => Plain(202, "") },
        ["/logs/v1/singles"] = new() { Name = "coralogix", Token = Scheme("Bearer "), MaxBytes = 2_000_000, Read = body => Array(body, Coralogix), Answer = (_, _) => Plain(200, "") },
    };

    /// <summary>The kind.</summary>
    public required string Name { get; init; }

    /// <summary>The credential of a request; null for none.</summary>
    public required Func<HttpRequest, string?> Token { get; init; }

    /// <summary>Types of content.</summary>
    public string[] Types { get; init; } = [Json];

    /// <summary>Largest body before compression, in bytes.</summary>
    public int MaxBytes { get; init; } = 10_000_000;

    /// <summary>Most events in a body.</summary>
    public int MaxEvents { get; init; } = int.MaxValue;

    /// <summary>Whether the others are stored when some are refused.</summary>
    public bool TakesPart { get; init; }

    /// <summary>The events of a body; throws on anything that is not as documented.</summary>
    public required Func<ReadOnlyMemory<byte>, List<string>> Read { get; init; }

    /// <summary>The answer, by how many events were stored and how many refused.</summary>
    public required Func<int, int, Answer> Answer { get; init; }

    /// <summary>The intake of a request; null when the request is for none.</summary>
    public static IntakeRules? Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return Fixed.TryGetValue(path, out var known) ? known : path.Split('/') switch
        {
            ["", "receiver", "v1", "http", var token] => new() { Name = "sumo", Token = _ => token, Types = ["text/plain"], MaxBytes = 1_000_000, Read = body => OfLines(body, Line), Answer = (_, _) => Plain(200, "") },
            ["", "v1", "noformat", var token] => new() { Name = "rapid7", Token = _ => token, Read = body => OfLines(body, Line), Answer = (_, _) => Plain(204, "") },
            ["", "http", _] => new() { Name = "panther", Token = Scheme("Bearer "), Types = [Lines], Read = body => OfLines(body, Line), Answer = (_, _) => Plain(200, "") },
            ["", "v1", "datasets", _, "ingest"] => new()
            {
                Name = "axiom",
                Token = Scheme("Bearer "),
                Types = [Lines],
                TakesPart = true,
                Read = body => OfLines(body, line => Timed(line, "_time")),
                Answer = (stored, refused) => Plain(200, $$"""{"ingested":{{stored}},"failed":{{refused}},"failures":[]}"""),
            },
            ["", "v1beta", "projects", _, "locations", _, "instances", _, "logTypes", _, "logs:import"] => new() { Name = "google-secops", Token = GoogleKeys.KeyIdOf, MaxBytes = 4_000_000, Read = GoogleLogs, Answer = (_, _) => Plain(200, "{}") },
            ["", "v1", "rest", "ingest", _, _] when request.Query["streamFormat"] == "MultiJSON" && request.Query.ContainsKey("mappingName") => new()
            {
                Name = "adx",
                Token = Scheme("Bearer "),
                MaxBytes = 4_000_000,
                Read = body => OfLines(body, Kusto),
                Answer = (_, _) => Plain(200, """{"Tables":[]}"""),
            },
            ["", ""] when request.Query.ContainsKey("token") => new()
            {
                Name = "logzio",
                Token = query => query.Query["token"],
                TakesPart = true,
                Read = body => OfLines(body, line => Timed(line, "@timestamp", 500_000)),
                Answer = (stored, refused) => refused == 0 ? Plain(200, "") : Plain(400, $$"""{"malformedLines":{{refused}},"successfulLines":{{stored}},"oversizedLines":0,"emptyLogLines":0}"""),
            },
            ["", ""] => new() { Name = "betterstack", Token = Scheme("Bearer "), Types = [Lines], Read = body => OfLines(body, line => Timed(line, "dt")), Answer = (_, _) => Plain(202, "") },
            _ => null,
        };
    }

    private static Answer Plain(int status, string body) => Sandbox.Answer.Of(status, body);

    private static Func<HttpRequest, string?> Header(string name) => request => request.Headers[name].ToString() is { Length: > 0 } value ? value : null;

    private static Func<HttpRequest, string?> Scheme(string scheme) =>
        request => request.Headers.Authorization.ToString() is var value && value.StartsWith(scheme, StringComparison.Ordinal) ? value[scheme.Length..] : null;

    private static List<string> Array(ReadOnlyMemory<byte> body, Func<JsonElement, string> read)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateArray().Select(read)];
    }

    private static List<string> OfLines(ReadOnlyMemory<byte> body, Func<JsonElement, string> read)
    {
        var events = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            events.Add(read(document.RootElement));
        }

        return events;
    }

    private static string Datadog(JsonElement log)
    {
        Only(log, "service", "audit_partition", "audit_template", "audit_vendor", "audit_fetched", "audit_id", "audit_time", "timestamp", "message");
        Optional(log, "timestamp", value => value.GetInt64());
        return Text(log, "message");
    }

    private static List<string> NewRelic(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var events = new List<string>();
        foreach (var block in document.RootElement.EnumerateArray())
        {
            Only(block, "common", "logs");
            Only(block.GetProperty("common"), "attributes");
            foreach (var log in block.GetProperty("logs").EnumerateArray())
            {
                Only(log, "attributes", "timestamp", "message");
                Optional(log, "timestamp", value => value.GetInt64());
                events.Add(Text(log, "message"));
            }
        }

        return events;
    }

    private static string Dynatrace(JsonElement log)
    {
        Only(log, "log.source", "audit_partition", "audit_template", "audit_vendor", "audit_fetched", "audit_id", "timestamp", "content");
        Optional(log, "timestamp", value => value.GetDateTimeOffset());
        return Text(log, "content");
    }

    private static List<string> Loki(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var events = new List<string>();
        Only(document.RootElement, "streams");
        foreach (var stream in document.RootElement.GetProperty("streams").EnumerateArray())
        {
            Only(stream, "stream", "values");
            if (stream.GetProperty("stream").EnumerateObject().Any(label => label.Value.ValueKind != JsonValueKind.String || label.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_')))
            {
                throw new InvalidDataException();
            }

            foreach (var value in stream.GetProperty("values").EnumerateArray())
            {
                if (value.GetArrayLength() is not (2 or 3) || value.EnumerateArray().Skip(2).Any(metadata => metadata.EnumerateObject().Any(one => one.Value.ValueKind != JsonValueKind.String)))
                {
                    throw new InvalidDataException();
                }

                // A time is text, in nanoseconds.
                long.Parse(value[0].GetString()!, CultureInfo.InvariantCulture);
                events.Add(value[1].GetString() is { Length: <= 256 * 1024 } line ? line : throw new InvalidDataException());
            }
        }

        return events;
    }

    // Collected after it was logged, and labels are texts.
    private static List<string> GoogleLogs(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        Only(document.RootElement, "inlineSource");
        Only(document.RootElement.GetProperty("inlineSource"), "logs", "forwarder", "sourceFilename");
        return [.. document.RootElement.GetProperty("inlineSource").GetProperty("logs").EnumerateArray().Select(log =>
        {
            Only(log, "data", "logEntryTime", "collectionTime", "environmentNamespace", "labels");
            foreach (var label in log.GetProperty("labels").EnumerateObject())
            {
                Only(label.Value, "value");
                Text(label.Value, "value");
            }

            return log.GetProperty("collectionTime").GetDateTimeOffset() > log.GetProperty("logEntryTime").GetDateTimeOffset()
                && log.GetProperty("data").GetBytesFromBase64() is { Length: > 0 } data ? Encoding.UTF8.GetString(data) : throw new InvalidDataException();
        })];
    }

    private static string Coralogix(JsonElement log)
    {
        Only(log, "applicationName", "subsystemName", "severity", "timestamp", "text");
        Text(log, "applicationName");
        Text(log, "subsystemName");
        Optional(log, "timestamp", value => value.GetDouble());
        return log.GetProperty("severity").GetInt32() is >= 1 and <= 6 ? log.GetProperty("text").GetProperty("event").GetRawText() : throw new InvalidDataException();
    }

    // Custom names begin with '_', and '_id' is not allowed.
    private static string Gelf(JsonElement message)
    {
        Only(message, "version", "host", "short_message", "timestamp", "_partition", "_template", "_vendor", "_fetched", "_event_id");
        Optional(message, "timestamp", value => value.GetDecimal());
        return Text(message, "version") == "1.1" && Text(message, "host").Length > 0 && Text(message, "short_message") is { Length: > 0 } text ? text : throw new InvalidDataException();
    }

    private static string Kusto(JsonElement row)
    {
        Only(row, "Source", "Partition", "EventId", "EventTime", "Template", "Vendor", "FetchedAt", "Event");
        Optional(row, "EventTime", value => value.GetDateTimeOffset());
        return row.GetProperty("Event").ValueKind == JsonValueKind.Object ? row.GetProperty("Event").GetRawText() : throw new InvalidDataException();
    }

    private static string Line(JsonElement line) => Timed(line, "time");

    private static string Timed(JsonElement line, string time, int most = int.MaxValue)
    {
        Only(line, "source", "partition", "id", time, "template", "vendor", "fetched", "event");
        Optional(line, time, value => value.GetDateTimeOffset());
        var raw = line.GetProperty("event");
        return raw.ValueKind == JsonValueKind.Object && line.GetRawText().Length <= most ? raw.GetRawText() : throw new InvalidDataException();
    }

    private static string Text(JsonElement log, string name) => log.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new InvalidDataException();

    private static void Only(JsonElement log, params string[] names)
    {
        if (log.EnumerateObject().Any(member => !names.Contains(member.Name)))
        {
            throw new InvalidDataException();
        }
    }

    private static void Optional<T>(JsonElement log, string name, Func<JsonElement, T> read)
    {
        if (log.TryGetProperty(name, out var value))
        {
            read(value);
        }
    }
}
