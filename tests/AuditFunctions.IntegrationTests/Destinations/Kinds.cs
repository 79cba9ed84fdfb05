using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The cases of every kind.</summary>
internal static class Kinds
{
    /// <summary>Kinds on HTTP.</summary>
    public static IReadOnlyList<KindCases> OnHttp { get; } =
    [
        new()
        {
            Type = "splunk-hec",
            Row = url => [("type", "splunk-hec"), ("url", url.AbsoluteUri), ("token", "secret:siem")],
            Taken = new Reply(200, """{"text":"Success","code":0}"""),
            Answers =
            [
                new(new Reply(200, """{"text":"Queue is approaching capacity","code":24}"""), Outcome.Accepted, "taken, filling up"),
                new(new Reply(200, """{"status":"maintenance"}"""), Outcome.Retry, "a load balancer"),
                new(new Reply(200, "It works!"), Outcome.Retry, "a web server"),
                new(new Reply(400, """{"text":"Incorrect index","code":7,"invalid-event-number":1}"""), Outcome.Refused, "the index"),
                new(new Reply(400, """{"text":"No data","code":5}"""), Outcome.Rejected, "no number"),
                new(new Reply(403, """{"text":"Token disabled","code":1}"""), Outcome.Refused, "the token"),
                new(new Reply(429, """{"text":"Queue at capacity","code":26}"""), Outcome.Retry, "busy"),
                new(new Reply(503, """{"text":"Server is shutting down","code":23}"""), Outcome.Retry, "shutting down"),
            ],
            Partly = [new PartialCase(new Reply(400, """{"text":"Invalid data format","code":6,"invalid-event-number":1}"""), [1], [], Taken: null)],
        },
        new()
        {
            Type = "splunk-hec",
            Row = url => [("type", "splunk-hec"), ("url", url.AbsoluteUri), ("token", "secret:siem"), ("endpoint", "raw")],
            Taken = new Reply(200, """{"text":"Success","code":0}"""),
            Answers = [new(new Reply(400, """{"text":"Data channel is missing","code":10}"""), Outcome.Refused, "the channel"), new(new Reply(200, "It works!"), Outcome.Retry, "a web server")],
        },
        new()
        {
            Type = "http",
            Row = url => [("type", "http"), ("url", new Uri(url, "in").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem")],
            Taken = new Reply(202, ""),
            TakesAnyText = true,
            Answers =
            [
                new(new Reply(200, "ok"), Outcome.Accepted, "any success"),
                new(new Reply(200, """{"errors":[],"error":null,"success":true}"""), Outcome.Accepted, "errors of which there are none"),
                new(new Reply(200, """{"success":25}"""), Outcome.Accepted, "a count of what was taken"),
                new(new Reply(422, ""), Outcome.Rejected, "the content"),
                .. new[] { 402, 407, 414, 421, 426, 431, 451, 410 }.Select(status => new AnswerCase(new Reply(status, ""), Outcome.Refused, "the request as such")),
                .. new[] { 408, 425 }.Select(status => new AnswerCase(new Reply(status, ""), Outcome.Retry, "not now")),
            ],
            IsPlain400Content = true,
        },
        new()
        {
            Type = "sentinel",
            Row = url => [("type", "sentinel"), ("url", url.AbsoluteUri), ("ruleId", "dcr-00000000000000000000000000000001"), ("stream", "Custom-AuditFunctions_CL")],
            Taken = new Reply(204, ""),
            Answers =
            [
                new(new Reply(200, ""), Outcome.Retry, "not the service"),
                new(new Reply(400, """{"error":{"code":"InvalidStream","message":"no"}}"""), Outcome.Refused, "the address"),
                new(new Reply(400, """{"error":{"code":"InvalidRequestContent","message":"no"}}"""), Outcome.Rejected, "the content"),
            ],
            IsToken = true,
        },
        new()
        {
            Type = "elastic",
            Row = url => [("type", "elastic"), ("url", url.AbsoluteUri), ("index", "logs-audit-default"), ("apiKey", "secret:siem")],
            Taken = Bulk("201", "201", "201"),
            Answers =
            [
                new(Bulk("201", "409 version_conflict_engine_exception", "201"), Outcome.Accepted, "one is there already: an answer got lost"),
                new(Bulk("201", "201"), Outcome.Retry, "no verdict for the third"),
                new(new Reply(200, "{}"), Outcome.Retry, "not the server"),
                new(new Reply(200, """{"took":3,"errors":false}"""), Outcome.Retry, "no verdicts"),
                new(Items("true", Done, Done, Done), Outcome.Retry, "errors of which there are none"),
                new(Items("false", Done, Done, Done, "7"), Outcome.Retry, "a fourth verdict that is none"),
                new(Items("false", Done, Done, """{"create":{"status":201},"index":{"status":400}}"""), Outcome.Retry, "two verdicts in one"),
                new(Items("false", Done, Done, """{"create":{"status":400,"status":201}}"""), Outcome.Retry, "two statuses in one"),
                new(new Reply(200, $$"""{"errors":true,"errors":false,"items":[{{Done}},{{Done}},{{Done}}]}"""), Outcome.Retry, "errors and none"),
                new(new Reply(200, $$"""{"errors":false,"items":[{{Done}}],"items":[{{Done}},{{Done}}]}"""), Outcome.Retry, "two lists"),
                new(new Reply(200, $$"""{"errors":false,"items":[{{Done}},{{Done}},{{Done}}]} and more"""), Outcome.Retry, "more behind it"),
                new(Bulk("429 es_rejected_execution_exception", "429 es_rejected_execution_exception", "503 unavailable_shards_exception"), Outcome.Retry, "busy"),
                new(Bulk("403 security_exception", "403 security_exception", "403 security_exception"), Outcome.Refused, "the index"),
                new(new Reply(400, """{"error":{"type":"illegal_argument_exception","reason":"no"},"status":400}"""), Outcome.Rejected, "the body"),
                new(new Reply(404, """{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}"""), Outcome.Refused, "no such index"),
            ],
            Partly =
            [
                new PartialCase(Bulk("201", "400 document_parsing_exception", "201"), [1], [], Taken: true),
                new PartialCase(Bulk("429 es_rejected_execution_exception", "400 document_parsing_exception", "201"), [1], [0], Taken: true),
                new PartialCase(Bulk("201", "201", "503 unavailable_shards_exception"), [], [2], Taken: true),
                new PartialCase(Bulk("201", "-400 strange", "302 elsewhere"), [], [1, 2], Taken: true),
                new PartialCase(Bulk("408 timeout", "201", "202"), [], [0, 2], Taken: true),
                new PartialCase(Bulk("400 a", "400 b", "400 c"), [0, 1, 2], [], Taken: true),
            ],
        },
        new()
        {
            Type = "crowdstrike-ngsiem",
            Row = url => [("type", "crowdstrike-ngsiem"), ("url", url.AbsoluteUri), ("token", "secret:siem")],
            Taken = new Reply(200, """{"text":"Success","code":0}"""),
            Answers =
            [
                new(new Reply(200, "{}"), Outcome.Retry, "no code"),
                new(new Reply(403, """{"text":"Invalid token","code":4}"""), Outcome.Refused, "the key"),
                new(new Reply(503, """{"text":"Server is busy","code":9}"""), Outcome.Retry, "busy"),
            ],
        },
        new()
        {
            Type = "crowdstrike-ngsiem",
            Row = url => [("type", "crowdstrike-ngsiem"), ("url", url.AbsoluteUri), ("token", "secret:siem"), ("expect", "\"stored\":")],
            Taken = new Reply(200, """{"stored":3}"""),
            Answers =
            [
                new(new Reply(200, """{"text":"Success","code":0}"""), Outcome.Accepted, "the code"),
                new(new Reply(200, """{"stored":3,"code":9}"""), Outcome.Retry, "another code"),
                new(new Reply(500, """{"stored":3}"""), Outcome.Retry, "an error"),
            ],
        },
        new()
        {
            Type = "qradar",
            Row = url => [("type", "qradar"), ("url", url.AbsoluteUri), ("header", "X-Api-Key"), ("token", "secret:siem")],
            TakesAnyText = true,
            Taken = new Reply(200, ""),
            Answers = [new(new Reply(201, ""), Outcome.Accepted, "any success"), new(new Reply(422, ""), Outcome.Rejected, "the content")],
            IsPlain400Content = true,
        },
        new()
        {
            Type = "azure-blob",
            Row = url => [("type", "azure-blob"), ("url", new Uri(url, "acme/audit").AbsoluteUri)],
            Method = "PUT",
            Taken = new Reply(201, ""),
            Answers =
            [
                new(Xml(409, "BlobAlreadyExists"), Outcome.Accepted, "there already: an answer got lost"),
                new(Xml(403, "UnauthorizedBlobOverwrite"), Outcome.Accepted, "there already, and the signature may only create"),
                new(Xml(409, "ContainerBeingDeleted"), Outcome.Retry, "the container"),
                new(new Reply(409, ""), Outcome.Retry, "not the service"),
                new(new Reply(200, ""), Outcome.Retry, "not the service"),
                new(Xml(400, "InvalidHeaderValue"), Outcome.Refused, "the request as such"),
                new(Xml(403, "AuthorizationPermissionMismatch"), Outcome.Refused, "the role"),
                new(Xml(503, "ServerBusy"), Outcome.Retry, "busy"),
            ],
            IsToken = true,
        },
        new()
        {
            Type = "s3",
            Row = url => [("type", "s3"), ("url", url.AbsoluteUri), ("bucket", "acme-audit"), ("region", "eu-central-1"), ("accessKeyId", "secret:siem"), ("secretAccessKey", "secret:siem")],
            Method = "PUT",
            Taken = new Reply(200, "", ("ETag", "\"9b2cf535f27731c974343645a3985328\"")),
            Answers =
            [
                new(Xml(412, "PreconditionFailed"), Outcome.Accepted, "there already: an answer got lost"),
                new(new Reply(412, ""), Outcome.Retry, "not the service"),
                new(new Reply(200, ""), Outcome.Retry, "not the service: what is stored has a version"),
                new(new Reply(201, ""), Outcome.Retry, "not the service"),
                new(Xml(503, "SlowDown"), Outcome.Retry, "busy"),
            ],
        },
        .. IntakeKinds.All,
        .. new[] { "json", "protobuf" }.Select(Otlp),
    ];

    /// <summary>Kinds that are not on HTTP, and the class that holds their cases.</summary>
    public static IReadOnlyDictionary<string, Type> Others { get; } = new Dictionary<string, Type>
    {
        ["file"] = typeof(FileDestinationTests),
        ["stdout"] = typeof(FileDestinationTests),
        ["syslog"] = typeof(SyslogDestinationTests),
        ["kafka"] = typeof(KafkaDestinationTests),
    };

    private const string Done = """{"create":{"status":201}}""";

    private static Reply Items(string errors, params string[] items) => new(200, $$"""{"errors":{{errors}},"items":[{{string.Join(',', items)}}]}""");

    private static KindCases Otlp(string encoding)
    {
        var isJson = encoding == "json";
        return new KindCases
        {
            Type = "otlp",
            Row = url => [("type", "otlp"), ("url", url.AbsoluteUri), ("encoding", encoding), ("header", "Authorization"), ("token", "secret:siem")],
            Taken = isJson ? new Reply(200, "{}") : Proto(200),
            Answers = isJson
                ?
                [
                    new(new Reply(200, """{"partialSuccess":{"errorMessage":"slow down"}}"""), Outcome.Accepted, "a warning"),
                    new(new Reply(200, """{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"all"}}"""), Outcome.Rejected, "all of them"),
                    new(new Reply(200, $$$"""{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"{{{IntakeKinds.Long}}}"}}"""), Outcome.Rejected, "one of them, with many words"),
                    new(new Reply(200, """{"partialSuccess":{"rejectedLogRecords":"-1"}}"""), Outcome.Retry, "fewer than none"),
                    new(new Reply(200, """{"partialSuccess":{"rejectedLogRecords":4}}"""), Outcome.Retry, "more than there are"),
                    new(new Reply(200, ""), Outcome.Retry, "not a receiver"),
                    new(new Reply(200, """{"status":"maintenance"}"""), Outcome.Retry, "a load balancer"),
                    new(new Reply(400, """{"code":3,"message":"bad data"}"""), Outcome.Rejected, "the content"),
                ]
                :
                [
                    new(Proto(200, 0x0A, 0x00), Outcome.Accepted, "an empty partial success"),
                    new(Proto(200, 0x0A, 0x02, 0x08, 0x03), Outcome.Rejected, "all of them"),
                    new(Proto(200, [0x0A, 0xEE, 0xEA, 0x01, 0x08, 0x01, 0x12, 0xE8, 0xEA, 0x01, .. System.Text.Encoding.ASCII.GetBytes(IntakeKinds.Long)]), Outcome.Rejected, "one of them, with many words"),
                    new(Proto(200, 0x0A, 0x0B, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01), Outcome.Retry, "fewer than none"),
                    new(Proto(200, 0x0A, 0x02, 0x08, 0x04), Outcome.Retry, "more than there are"),
                    new(Proto(200, 0x0A, 0x03, 0x0A, 0x01, 0x33), Outcome.Retry, "a count that is text"),
                    new(new Reply(200, ""), Outcome.Retry, "an empty 200 of something else"),
                    new(Proto(200, 0x0A, 0x05, 0x08), Outcome.Retry, "cut off"),
                    new(Proto(400, 0x08, 0x03, 0x12, 0x03, (byte)'b', (byte)'a', (byte)'d'), Outcome.Rejected, "the content"),
                ],
        };
    }

    private static Reply Xml(int status, string code) =>
        new(status, $"\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>no.\nRequestId:1</Message></Error>", ("Content-Type", "application/xml"));

    private static Reply Proto(int status, params byte[] body) => new(status, "") { Bytes = body, Headers = [("Content-Type", "application/x-protobuf")] };

    // "400 type" or "201".
    private static Reply Bulk(params string[] items)
    {
        var verdicts = items.Select(item => item.Split(' ') is [var status, var type]
            ? $$$$"""{"create":{"status":{{{{status}}}},"error":{"type":"{{{{type}}}}","reason":"because"}}}"""
            : $$$$"""{"create":{"status":{{{{item}}}}}}""");
        return new Reply(200, $$"""{"errors":{{(items.All(item => item == "201") ? "false" : "true")}},"items":[{{string.Join(',', verdicts)}}]}""");
    }
}
