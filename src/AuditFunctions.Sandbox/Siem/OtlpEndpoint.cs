using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>A receiver of OpenTelemetry logs at <c>POST /v1/logs</c>, in JSON and protobuf, as strict as the specification.</summary>
internal sealed class OtlpEndpoint(SandboxSiemOptions options, SiemTokens tokens, Func<ParsedEvent, EventRefusal?> refusalOf)
{
    private const string Protobuf = "application/x-protobuf";
    private readonly EventReader _events = new(options.IdFields);

    /// <summary>Whether a path is of this API.</summary>
    public static bool IsOf(string path) => path == "/v1/logs";

    /// <summary>Checks a request; the bodies of its records are written into <paramref name="records"/>, and those that may be stored are in the events.</summary>
    public async Task<(Answer Answer, ParsedBody Stored)> HandleAsync(HttpContext http, PooledBuffer wire, PooledBuffer body, PooledBuffer records, CancellationToken ct)
    {
        var stored = new ParsedBody();
        var type = http.Request.ContentType ?? "";
        if (type is not ("application/json" or Protobuf) || !HttpMethods.IsPost(http.Request.Method))
        {
            return (Answer.Of(415, "unsupported media type", "text/plain"), stored);
        }

        var isProtobuf = type == Protobuf;
        if (tokens.Check(http.Request.Headers.Authorization.ToString(), "Bearer") != 0)
        {
            return (Status(401, isProtobuf, "no credential"), stored);
        }

        try
        {
            if (!await SiemBody.ReadAsync(http.Request, wire, body, options.MaxBodyBytes, ct))
            {
                return (Status(413, isProtobuf, "too large"), stored);
            }

            var bodies = isProtobuf ? OtlpReading.OfProtobuf(body.Written.Span) : OtlpReading.OfJson(body.Written);
            return (Judge(bodies, isProtobuf, records, stored), stored);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            stored.Events.Clear();
            return (Status(400, isProtobuf, "cannot be read"), stored);
        }
    }

    private Answer Judge(List<string> bodies, bool isProtobuf, PooledBuffer records, ParsedBody stored)
    {
        var rejected = 0;
        foreach (var text in bodies)
        {
            var start = records.Length;
            records.WriteText(text);
            var found = EventOf(records.Written.Span, start);
            switch (refusalOf(found))
            {
                case EventRefusal.PlainBadRequest or EventRefusal.Unnamed:
                    stored.Events.Clear();
                    return Status(400, isProtobuf, "bad data");
                case EventRefusal.ServerError:
                    stored.Events.Clear();
                    return Status(503, isProtobuf, "not now");
                case EventRefusal.InvalidDataFormat:
                    rejected++;
                    break;
                default:
                    stored.Events.Add(found);
                    break;
            }
        }

        return Taken(isProtobuf, rejected);
    }

    private ParsedEvent EventOf(ReadOnlySpan<byte> records, int start)
    {
        var text = records[start..];
        var reader = new Utf8JsonReader(text);
        reader.Read();
        var read = _events.Read(ref reader, text);
        return read with { Start = read.Start + start };
    }

    private static Answer Taken(bool isProtobuf, int rejected)
    {
        if (!isProtobuf)
        {
            return Answer.Of(200, rejected == 0 ? """{"partialSuccess":{}}""" : $$$"""{"partialSuccess":{"rejectedLogRecords":"{{{rejected.ToString(CultureInfo.InvariantCulture)}}}","errorMessage":"bad record"}}""", "application/json");
        }

        var answer = new Answer { ContentType = Protobuf };
        if (rejected > 0)
        {
            answer.Body.Write<byte>((byte[])[0x0A, 0x0E, 0x08, (byte)rejected, 0x12, 0x0A, .. "bad record"u8]);
        }

        return answer;
    }

    private static Answer Status(int status, bool isProtobuf, string message)
    {
        if (!isProtobuf)
        {
            return Answer.Of(status, $$"""{"code":3,"message":"{{message}}"}""", "application/json");
        }

        var answer = new Answer { Status = status, ContentType = Protobuf };
        var text = Encoding.UTF8.GetBytes(message);
        answer.Body.Write<byte>((byte[])[0x08, 0x03, 0x12, (byte)text.Length, .. text]);
        return answer;
    }
}
