using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;
using Seen = AuditFunctions.Tests.Support.ScriptedServer.Seen;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The same contract for every kind on HTTP, against a real server that answers as the cases say.</summary>
public sealed class KindConformanceTests
{
    private const string Html = "\uFEFF \r\n<!DOCTYPE html><html><body>Sign in</body></html>";

    // The start of the secret, in each way in which it could be written; the base64 of "user:first-secret" holds the last one.
    private static readonly string[] Pieces = ["first-s", "first%2D", "first%252D", "\\u0066irst", "Zmlyc3Qtc2Vj", "aXJzdC1zZW"];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Kinds.OnHttp.Count)];

    [Fact]
    public void Every_kind_has_its_cases() =>
        Assert.Equal(DestinationCatalog.Types.Select(type => type.Name).Order(), Kinds.OnHttp.Select(cases => cases.Type).Concat(Kinds.Others.Keys).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_sent_holds_the_events_unchanged_and_the_credential_and_is_accepted(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var server = await ScriptedServer.StartAsync(_ => cases.Taken);
        await using var stage = Create(cases);
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var destination = Define(cases, server);
        var result = await stage.SendAsync(destination);
        Assert.True(result is SendResult.Accepted, $"{cases}: {result}");
        var request = Assert.Single(server.Requests);
        Assert.Equal(cases.Method, request.Method);
        Assert.Contains("first-secret", cases.Shown(request), StringComparison.Ordinal);

        var body = KindStage.Raw(request);
        var layout = BodyReadings.Find(destination.Format.Kind)!;
        var frames = BodyReadings.Read(destination.Format.Kind, body)!;
        Assert.Equal(3, frames.Count);
        for (var number = 0; number < frames.Count; number++)
        {
            var (bytes, id, time) = KindStage.Events[number];
            Assert.Contains(Encoding.UTF8.GetString(layout.Decode(body.AsSpan()[frames[number].Event])), new[] { bytes, bytes.Replace('\n', ' ').Replace('\r', ' ') });
            Assert.True(frames[number].Id.Equals(default) || Encoding.UTF8.GetString(body[frames[number].Id]) == id);
            Assert.True(frames[number].Time is null || frames[number].Time == time);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_answer_means_what_the_destination_says(int at)
    {
        var cases = Kinds.OnHttp[at];
        var plain400 = cases.IsPlain400Content ? Outcome.Rejected : (Outcome?)null;
        AnswerCase[] common =
        [
            .. new[] { 408, 429, 500, 502, 503, 504 }.Select(status => new AnswerCase(new Reply(status, ""), Outcome.Retry, $"{status}")),
            .. new[] { 401, 403, 404 }.Select(status => new AnswerCase(new Reply(status, ""), Outcome.Refused, $"{status}")),
            .. new[] { 301, 302, 307 }.Select(status => new AnswerCase(new Reply(status, "", ("Location", "https://elsewhere.example/")), Outcome.Refused, $"{status}")),
            new AnswerCase(new Reply(413, ""), Outcome.TooLarge, "413"),
            new AnswerCase(new Reply(413, Html), Outcome.TooLarge, "a proxy's 413"),
            .. new[] { 200, 202, 400, 503 }.Select(status => new AnswerCase(new Reply(status, Html, ("Content-Type", "text/html")), Outcome.Retry, $"a page with {status}")),
            .. plain400 is { } known ? [new AnswerCase(new Reply(400, ""), known, "an empty 400")] : Array.Empty<AnswerCase>(),
        ];
        var wrong = new List<string>();
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var (reply, expected, why) in common.Concat(cases.Answers))
        {
            var result = await talk.SendAsync(reply);
            if (KindStage.OutcomeOf(result) != expected)
            {
                wrong.Add($"{why}: {reply.Status} {reply.Body} means {result}, expected {expected}");
            }
        }

        Assert.Equal("", string.Join('\n', wrong));
    }

    /// <summary>A status alone is no proof: whatever stands in between answers 200 as well, and the service itself may put its error into one.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Success_with_the_text_of_something_else_or_with_an_error_inside_is_no_delivery(int at)
    {
        var cases = Kinds.OnHttp[at];
        string[] errors =
        [
            "{\"error\":\"quota\"}", "\uFEFF{\"ok\":false}", " {\"Success\":\"false\",\"id\":1}", "{\"errors\":[{\"code\":7}]}", "{\"data\":{},\"fault\":{\"faultstring\":\"x\"}}",
            "{\"error\":\"a\",\"error\":\"b\"}", "{\"ok\":false} and more", $"{{\"ok\":false,\"trace\":\"{new string('x', 9000)}\"}}", $"{{\"error\":\"{new string('x', 9000)}\"}}",
            $"{{\"error\":{new string('[', 2000)}{new string(']', 2000)}}}",
        ];
        string[] strangers =
        [
            "OK", "ok\n", "It works!", "success", "\"ok\"", "true", "1", "[]", "[{\"status\":\"ok\"}]", "{\"status\":\"maintenance\"}", "{\"message\":\"Service Unavailable\"}", "{\"Status\":503}",
            "{\"code\":99}", "{\"state\":null}", "{\"status\":\"ok\"} trailing", "{\"status\":\"ok\"", new string(' ', 9000) + "{\"error\":1}",
        ];
        var taken = cases.Taken.Status == 204 ? 200 : cases.Taken.Status;
        (int Status, string Body)[] answers = cases.TakesAnyText ? [.. errors.Select(body => (200, body))] : [.. errors.Select(body => (taken, body)), .. strangers.Select(body => (200, body))];
        var wrong = new List<string>();
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var (status, body) in answers)
        {
            var result = await talk.SendAsync(new Reply(status, body, [.. cases.Taken.Headers]));
            if (result is not (SendResult.Retry or SendResult.Refused))
            {
                wrong.Add($"{status} {body.Trim()} means {result}");
            }
        }

        Assert.Equal("", string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_answer_throws_or_brings_a_secret_or_what_steers_a_terminal_into_a_reason(int at)
    {
        var cases = Kinds.OnHttp[at];
        string[] words =
        [
            "\\ud800", "a\\u001b[2J\\r\\nb\\u202e", "first-secret", "first%2Dsecret", "\\u0066irst-secret", Convert.ToBase64String("user:first-secret"u8),
            new string('x', 190) + "first-secret", new string('x', 196) + "first%252dsecret",
        ];
        string[] Bodies(string text) =>
        [
            $$$"""{"\ud800":1,"code":6,"invalid-event-number":0,"ackId":"{{{text}}}","acks":"{{{text}}}","text":"{{{text}}}","message":"{{{text}}}","details":{"message":"{{{text}}}"},"partialSuccess":{"rejectedLogRecords":"{{{text}}}","errorMessage":"{{{text}}}"},"error":{"code":"{{{text}}}","status":"{{{text}}}","type":"{{{text}}}","message":"{{{text}}}","reason":"{{{text}}}"},"ingested":"{{{text}}}"}""",
            $$$$"""{"errors":true,"items":[{"create":{"status":400,"error":{"type":"{{{{text}}}}","reason":"{{{{text}}}}"}}},{"create":{"status":201}},{"create":{"status":503,"error":{"type":"{{{{text}}}}","reason":"{{{{text}}}}"}}}]}""",
            $"<?xml version=\"1.0\"?><Error><Code>{text}</Code><Message>{text}</Message></Error>",
            text,
        ];
        var wrong = new List<string>();
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var (status, body) in new[] { 200, 400, 403, 500 }.SelectMany(_ => words.SelectMany(Bodies), (status, body) => (status, body)))
        {
            var result = await talk.SendAsync(new Reply(status, body));
            var shown = result switch
            {
                SendResult.Retry retry => retry.Reason,
                SendResult.Refused refused => refused.Reason,
                SendResult.Rejected rejected => string.Join(' ', rejected.Guilty.Select(guilty => guilty.Reason).Append(rejected.Reason).Append(rejected.Answer?.Replace('\n', ' '))),
                _ => "",
            };

            // There the secret is a file, of which this is no secret part.
            var isSecret = cases.Type != "google-secops";
            if (shown.Any(char.IsControl) || shown.Contains('\u202e', StringComparison.Ordinal) || (isSecret && Pieces.Any(piece => shown.Contains(piece, StringComparison.OrdinalIgnoreCase))))
            {
                wrong.Add($"{shown} FOR {status} {body}");
            }
        }

        Assert.Equal("", string.Join('\n', wrong.Take(5)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_repeats_what_we_prove_ourselves_with_brings_it_nowhere(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var status in new[] { 400, 403, 500 })
        {
            var seen = new ConcurrentQueue<Seen>();
            var result = (await talk.SendAsync(request =>
            {
                seen.Enqueue(request);
                return new Reply(status, $$$"""
                    {"text":"{{{request.Header("Authorization")}}} {{{request.Header("webhook-signature")}}}","code":6,"error":{"code":"x","type":"x","reason":"{{{request.Header("Authorization")}}}","message":"{{{request.Header("Authorization")}}}"}}
                    """);
            })).ToString();
            var sent = seen.SelectMany(request => new[] { request.Header("Authorization"), request.Header("webhook-signature") }).OfType<string>().Where(value => value.Length > 12);
            Assert.NotEmpty(seen);
            Assert.All(sent, value => Assert.DoesNotContain(value[^12..], result, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Of_a_body_that_is_taken_in_part_it_is_known_which_events_are_what(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var (reply, guilty, later, taken) in cases.Partly)
        {
            var rejected = Assert.IsType<SendResult.Rejected>(await talk.SendAsync(reply));
            Assert.Equal(guilty, rejected.Guilty.Select(one => one.Number));
            Assert.Equal(later, rejected.Later);
            Assert.Equal(taken switch { true => OtherEvents.Taken, false => OtherEvents.NotTaken, null => OtherEvents.TakenBefore }, rejected.Others);
            Assert.All(rejected.Guilty, one => Assert.NotEqual("", one.Reason));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Answer_that_is_compressed_is_read_and_one_that_only_says_so_is_no_answer(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var talk = await KindTalk.StartAsync(cases);
        foreach (var reply in cases.Partly.Select(partly => partly.Reply).Append(cases.Taken).Where(reply => (reply.Bytes?.Length ?? reply.Body.Length) > 0))
        {
            var expected = reply == cases.Taken ? Outcome.Accepted : Outcome.Rejected;
            foreach (var coding in new[] { "gzip", "br" })
            {
                var packed = reply with { Bytes = Packed(reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body), coding), Headers = [.. reply.Headers, ("Content-Encoding", coding)] };
                Assert.Equal(expected, KindStage.OutcomeOf(await talk.SendAsync(packed)));
            }
        }

        foreach (var coding in new[] { "gzip", "br" })
        {
            var lie = cases.Taken with { Status = 200, Bytes = "no such thing, though it is long enough to be read"u8.ToArray(), Headers = [("Content-Encoding", coding)] };
            Assert.Equal("the answer is not compressed as it says", Assert.IsType<SendResult.Retry>(await talk.SendAsync(lie)).Reason);
        }
    }

    /// <summary>What was copied with a secret, such as a blank of no width or a break of a long line, is said, and is not taken for a connection that failed.</summary>
    [Theory]
    [InlineData("splunk-hec", "first\u200B-secret")]
    [InlineData("splunk-hec", "first-\nsecret")]
    [InlineData("http", "first-\r\n secret")]
    [InlineData("dynatrace", "first-\u0000secret")]
    public async Task Secret_that_no_header_can_hold_is_refused_and_not_shown(string type, string secret)
    {
        var cases = Kinds.OnHttp.First(one => one.Type == type);
        await using var server = await ScriptedServer.StartAsync(_ => cases.Taken);
        await using var stage = KindStage.Create(("AUDIT_SECRET_SIEM", secret));
        var refused = Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define(cases, server)));
        Assert.StartsWith("header Authorization would hold a character that no header can", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("first", refused.Reason, StringComparison.Ordinal);
        Assert.True(refused.IsCredential);
        Assert.Empty(server.Requests);
    }

    /// <summary>A search's progress holds a reason, in a column that takes 32,000 characters: with a longer one every attempt would end unnoted, and be repeated.</summary>
    [Fact]
    public async Task A_reason_is_shortened_however_long_the_other_side_makes_it()
    {
        await using var receiver = SandboxSyslog.Start();
        await using var stage = KindStage.Create();
        receiver.Refusal = "500 " + new string('\u0001', 15_000);
        var destination = DestinationConformanceTests.Define(("type", "syslog"), ("address", $"127.0.0.1:{receiver.Port}"), ("transport", "relp"));
        var rejected = Assert.IsType<SendResult.Rejected>(await stage.SendAsync(destination));
        Assert.InRange(rejected.Reason.Length, 1_000, 2_001);
        receiver.Fault = SyslogFault.RejectSecond;
        rejected = Assert.IsType<SendResult.Rejected>(await stage.SendAsync(destination));
        Assert.InRange(Assert.Single(rejected.Guilty).Reason.Length, 1_000, 2_001);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task How_long_to_wait_is_heard(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var talk = await KindTalk.StartAsync(cases);
        Assert.Equal(TimeSpan.FromSeconds(77), Assert.IsType<SendResult.Retry>(await talk.SendAsync(new Reply(429, "", ("Retry-After", "77")))).After);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Rotated_credential_is_read_again_and_no_secret_comes_back(int at)
    {
        var cases = Kinds.OnHttp[at];
        var current = "first-secret";
        await using var server = await ScriptedServer.StartAsync(request => cases.Shown(request).Contains(current, StringComparison.Ordinal) ? cases.Taken : new Reply(401, $"{{\"text\":\"no {current} first-secret\"}}"));
        await using var stage = Create(cases);
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var destination = Define(cases, server);
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));

        current = "second-secret";
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        var refused = Assert.IsType<SendResult.Refused>(await stage.SendAsync(destination));
        Assert.DoesNotContain("first-secret", refused.Reason, StringComparison.Ordinal);

        stage.Configuration["AUDIT_SECRET_SIEM"] = cases.Secret("second-secret");
        identity.Identity.Token = "second-secret";
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Without_an_answer_it_is_tried_again(int at)
    {
        var cases = Kinds.OnHttp[at];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await using var stage = Create(cases);
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var destination = DestinationConformanceTests.Define(cases.Row(url));

        // Reset as soon as something comes, which is when the answer is lost as well.
        var sending = stage.SendAsync(destination);
        using (var reset = await listener.AcceptSocketAsync(Stage.Deadline()))
        {
            await reset.ReceiveAsync(new byte[1], Stage.Deadline());
            reset.LingerState = new LingerOption(true, 0);
        }

        Assert.IsType<SendResult.Retry>(await sending);

        // Never answered.
        sending = stage.SendAsync(destination);
        using (var slow = await listener.AcceptSocketAsync(Stage.Deadline()))
        {
            await slow.ReceiveAsync(new byte[1], Stage.Deadline());
            stage.Clock.Advance(TimeSpan.FromSeconds(20));
            Assert.Contains("no answer within 20 s", Assert.IsType<SendResult.Retry>(await sending).Reason, StringComparison.Ordinal);
        }

        // Refused, and something that speaks no TLS.
        listener.Stop();
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(destination));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Certificate_that_nobody_vouches_for_is_no_destination(int at)
    {
        var cases = Kinds.OnHttp[at];
        await using var server = await UntrustedServer.StartAsync();
        await using var stage = Create(cases);
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var result = Assert.IsType<SendResult.Retry>(await stage.SendAsync(DestinationConformanceTests.Define(cases.Row(server.Url))));
        Assert.StartsWith($"no answer: the certificate of {server.Url.Authority} is ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, server.Requests);
    }

    /// <summary>Services that cut longer events off, and say that they took them.</summary>
    [Theory]
    [InlineData("adx", 1_000_000)]
    [InlineData("crowdstrike-ngsiem", 900_000)]
    [InlineData("datadog", 900_000)]
    [InlineData("newrelic", 120_000)]
    [InlineData("sentinel", 63_900)]
    public void Event_that_a_service_would_cut_off_without_a_word_is_not_sent_whole_however_large_bodies_may_be(string type, int most)
    {
        var format = DestinationConformanceTests.Define([.. Kinds.OnHttp.First(one => one.Type == type).Row(new Uri("http://127.0.0.1:9/")), ("maxBodyBytes", type is "newrelic" or "sentinel" ? "1000000" : "4000000")]).Format;
        using var packer = new BodyPacker(format, new BodyContext("acme", "eu-1"), "dest");
        foreach (var (length, expected) in new[] { (most, true), (most + 1, false) })
        {
            packer.Add(new EventView { Bytes = Encoding.UTF8.GetBytes($"\"{new string('x', length - 2)}\""), Id = "1"u8, Time = null }, out var fits);
            Assert.Equal(expected, fits);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Event_that_no_body_can_hold_is_told_from_one_that_fits(int at)
    {
        var destination = DestinationConformanceTests.Define(Kinds.OnHttp[at].Row(new Uri("http://127.0.0.1:9/")));
        var format = destination.Format;
        using var packer = new BodyPacker(format, new BodyContext("acme", "eu-1"), "dest");
        var large = Encoding.UTF8.GetBytes($"\"{new string('x', format.MaxBodyBytes)}\"");
        var view = new EventView { Bytes = large, Id = "1"u8, Time = null };
        Assert.Null(packer.Add(view, out var fits));
        Assert.False(fits);
        var cut = packer.Cut(view)!;
        Assert.Null(packer.Add(new EventView { Bytes = cut, Id = "1"u8, Time = null }, out fits));
        Assert.True(fits);
        using var body = packer.Finish()!;
        Assert.InRange(body.RawBytes, 1, format.MaxBodyBytes);
    }

    private static byte[] Packed(byte[] bytes, string coding)
    {
        using var packed = new MemoryStream();
        using (Stream into = coding == "br" ? new BrotliStream(packed, CompressionMode.Compress) : new GZipStream(packed, CompressionMode.Compress))
        {
            into.Write(bytes);
        }

        return packed.ToArray();
    }

    private static DestinationDefinition Define(KindCases cases, ScriptedServer server) => DestinationConformanceTests.Define(cases.Row(new Uri(server.BaseUrl + "/")));

    private static KindStage Create(KindCases cases) => KindStage.Create(("AUDIT_SECRET_SIEM", cases.Secret("first-secret")));
}
