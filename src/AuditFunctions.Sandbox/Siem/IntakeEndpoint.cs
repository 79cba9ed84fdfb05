using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>
/// The log intakes of Datadog, Sumo Logic, New Relic, Dynatrace, Loki, Cortex XSIAM, Rapid7, Panther, Axiom, Better Stack, Logz.io, Coralogix, Graylog, Exabeam and Google
/// SecOps, each as strict as it is documented: address, credential, content type, limits, and the type of each field.
/// </summary>
internal sealed class IntakeEndpoint(SandboxSiemOptions options, SiemTokens tokens, Func<ParsedEvent, EventRefusal?> refusalOf)
{
    private readonly EventReader _events = new(options.IdFields);

    /// <summary>The intake of a request; null when the request is for none.</summary>
    public static IntakeRules? Of(HttpRequest request) => HttpMethods.IsPost(request.Method) ? IntakeRules.Of(request) : null;

    /// <summary>Checks a request; its events are written into <paramref name="records"/>, and those that may be stored are in the events.</summary>
    public async Task<(Answer Answer, ParsedBody Stored)> HandleAsync(IntakeRules rules, HttpContext http, PooledBuffer wire, PooledBuffer body, PooledBuffer records, CancellationToken ct)
    {
        var stored = new ParsedBody();
        if (rules.Token(http.Request) is not { } token || tokens.Check("Bearer " + token, "Bearer") != 0)
        {
            return (Answer.Of(rules.Name == "datadog" ? 403 : 401, ""), stored);
        }

        var type = (http.Request.ContentType ?? "").Split(';')[0];
        if (!rules.Types.Contains(type))
        {
            return (Answer.Of(415, ""), stored);
        }

        try
        {
            if (!await SiemBody.ReadAsync(http.Request, wire, body, Math.Min(options.MaxBodyBytes, rules.MaxBytes), ct))
            {
                return (Answer.Of(413, ""), stored);
            }

            var events = rules.Read(body.Written);
            return events.Count > rules.MaxEvents ? (Answer.Of(413, ""), stored) : (Judge(rules, events, records, stored), stored);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            stored.Events.Clear();
            return (Answer.Of(400, ""), stored);
        }
    }

    private Answer Judge(IntakeRules rules, List<string> events, PooledBuffer records, ParsedBody stored)
    {
        var refused = 0;
        foreach (var text in events)
        {
            var start = records.Length;
            records.WriteText(text);
            var found = EventOf(records.Written.Span, start);
            switch (refusalOf(found))
            {
                case EventRefusal.ServerError:
                    stored.Events.Clear();
                    return Answer.Of(503, "");
                case null:
                    stored.Events.Add(found);
                    break;
                default:
                    refused++;
                    break;
            }
        }

        if (refused > 0 && !rules.TakesPart)
        {
            stored.Events.Clear();
            return Answer.Of(400, """{"error":"bad content"}""");
        }

        return rules.Answer(stored.Events.Count, refused);
    }

    private ParsedEvent EventOf(ReadOnlySpan<byte> records, int start)
    {
        var text = records[start..];
        var reader = new Utf8JsonReader(text);
        reader.Read();
        var read = _events.Read(ref reader, text);
        return read with { Start = read.Start + start };
    }
}
