using AuditFunctions.Sandbox;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The cases of intakes, kinds that are said as data.</summary>
internal static class IntakeKinds
{
    /// <summary>What a service says of many events, one after the other.</summary>
    public static string Long { get; } = new('x', 30_056);

    public static IReadOnlyList<KindCases> All { get; } =
    [
        Of("datadog", new Reply(202, "{}"), new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "not Datadog"), new AnswerCase(new Reply(400, """{"errors":[{"status":"400"}]}"""), Outcome.Rejected, "the content")),
        Of("sumo", new Reply(200, ""), new AnswerCase(new Reply(200, """{"status":200,"id":"ABC-1","code":"header.invalid","message":"A header is wrong."}"""), Outcome.Refused, "its own words"), new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "it has no body"), new AnswerCase(new Reply(202, ""), Outcome.Retry, "not Sumo")),
        Of("newrelic", new Reply(202, """{"requestId":"1"}"""), new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "not New Relic"), new AnswerCase(new Reply(402, ""), Outcome.Refused, "not paid")),
        Of(
            "dynatrace",
            new Reply(204, ""),
            new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "not Dynatrace"),
            new AnswerCase(new Reply(202, ""), Outcome.Retry, "not Dynatrace")) with
        {
            Partly = [new PartialCase(new Reply(200, """{"details":{"code":200,"message":"1 events were not ingested"}}"""), [], [], Taken: true), new PartialCase(new Reply(200, $$$"""{"details":{"code":200,"message":"{{{Long}}}"}}"""), [], [], Taken: true)],
        },
        Of(
            "loki",
            new Reply(204, ""),
            new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Loki"),
            new AnswerCase(new Reply(260, "blocked"), Outcome.Refused, "the tenant"),
            new AnswerCase(new Reply(429, "Ingestion rate limit exceeded"), Outcome.Retry, "busy")) with
        {
            Partly = [new PartialCase(new Reply(400, "entry too far behind", ("Content-Type", "text/plain")), [], [], Taken: true)],
        },
        Of(
            "cortex-xsiam",
            new Reply(200, """{"error":"false"}"""),
            new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Cortex"),
            new AnswerCase(new Reply(200, """{"error":"true"}"""), Outcome.Retry, "an error"),
            new AnswerCase(new Reply(200, """{"error":"false","error":"true"}"""), Outcome.Retry, "both"),
            new AnswerCase(new Reply(200, """{"status":"maintenance"}"""), Outcome.Retry, "a load balancer"),
            new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "says nothing"),
            new AnswerCase(new Reply(200, """{"ok":"true"}"""), Outcome.Accepted, "the documented answer"),
            new AnswerCase(new Reply(200, """{"ok":"true","error":"no"}"""), Outcome.Retry, "an error beside it")),
        Of("rapid7", new Reply(204, ""), new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "it has no body"), new AnswerCase(new Reply(200, ""), Outcome.Accepted, "taken"), new AnswerCase(new Reply(206, ""), Outcome.Retry, "not Rapid7")),
        Of("panther", new Reply(200, ""), new AnswerCase(new Reply(200, """{"message":"OK","requestId":"7"}"""), Outcome.Accepted, "nothing else is said"), new AnswerCase(new Reply(200, "{}"), Outcome.Accepted, "nothing is said"), new AnswerCase(new Reply(204, ""), Outcome.Retry, "not Panther")),
        Of(
            "axiom",
            new Reply(200, """{"ingested":3,"failed":0,"failures":[]}"""),
            new AnswerCase(new Reply(200, "{}"), Outcome.Retry, "not Axiom"),
            new AnswerCase(new Reply(200, """{"ingested":1,"failed":0}"""), Outcome.Retry, "events are missing"),
            new AnswerCase(new Reply(200, """{"ingested":5,"failed":-2}"""), Outcome.Retry, "counts that are none"),
            new AnswerCase(new Reply(200, """{"ingested":3,"failed":0} {}"""), Outcome.Retry, "two answers"),
            new AnswerCase(new Reply(200, """{"ingested":0,"failed":3}"""), Outcome.Rejected, "all of them")) with
        {
            Partly = [new PartialCase(new Reply(200, """{"ingested":2,"failed":1,"failures":[{"timestamp":"x","error":"no"}]}"""), [], [], Taken: true), new PartialCase(new Reply(200, $$"""{"ingested":2,"failed":1,"failures":[{"timestamp":"x","error":"{{Long}}"}]}"""), [], [], Taken: true)],
        },
        Of("betterstack", new Reply(202, ""), new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Better Stack"), new AnswerCase(new Reply(406, "Couldn't parse JSON content."), Outcome.Rejected, "the content")),
        Of(
            "logzio",
            new Reply(200, ""),
            new AnswerCase(new Reply(202, ""), Outcome.Retry, "not Logz.io"),
            new AnswerCase(new Reply(200, """{"malformedLines":0,"successfulLines":3,"oversizedLines":0,"emptyLogLines":0}"""), Outcome.Accepted, "all of them"),
            new AnswerCase(new Reply(200, """{"malformedLines":0,"successfulLines":4,"oversizedLines":0,"emptyLogLines":0}"""), Outcome.Retry, "more than were sent"),
            new AnswerCase(new Reply(200, """{"malformedLines":3,"successfulLines":0,"oversizedLines":0,"emptyLogLines":0}"""), Outcome.Rejected, "none of them"),
            new AnswerCase(new Reply(400, """{"malformedLines":0,"successfulLines":999,"oversizedLines":0,"emptyLogLines":0}"""), Outcome.Rejected, "more than were sent"),
            new AnswerCase(new Reply(400, """{"malformedLines":3,"successfulLines":0,"oversizedLines":0,"emptyLogLines":0}"""), Outcome.Rejected, "all of them")) with
        {
            Partly = [new PartialCase(new Reply(400, """{"malformedLines":1,"successfulLines":2,"oversizedLines":0,"emptyLogLines":0}"""), [], [], Taken: true)],
        },
        Of("coralogix", new Reply(200, " \r\n"), new AnswerCase(new Reply(200, """{"message":"OK","requestId":"7"}"""), Outcome.Accepted, "nothing else is said"), new AnswerCase(new Reply(200, "{}"), Outcome.Accepted, "nothing is said"), new AnswerCase(new Reply(202, ""), Outcome.Retry, "not Coralogix")),
        Of("graylog", new Reply(202, ""), new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Graylog"), new AnswerCase(new Reply(204, ""), Outcome.Retry, "not Graylog")),
        .. new[] { "sumo", "coralogix", "panther", "logzio", "exabeam", "rapid7" }.Select(Expecting),
        Of("exabeam", new Reply(200, ""), new AnswerCase(new Reply(200, """{"message":"OK","requestId":"7"}"""), Outcome.Accepted, "nothing else is said"), new AnswerCase(new Reply(200, "{}"), Outcome.Accepted, "nothing is said"), new AnswerCase(new Reply(202, ""), Outcome.Retry, "not Exabeam")),
        Of(
            "google-secops",
            new Reply(200, "{}"),
            new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Google"),
            new AnswerCase(new Reply(200, """{"status":"maintenance"}"""), Outcome.Retry, "a load balancer"),
            new AnswerCase(new Reply(400, """{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}"""), Outcome.Rejected, "the content"),
            new AnswerCase(new Reply(400, """{"error":{"code":400,"message":"no","status":"FAILED_PRECONDITION"}}"""), Outcome.Refused, "the instance"),
            new AnswerCase(new Reply(403, """{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"""), Outcome.Refused, "the permission"),
            new AnswerCase(new Reply(429, """{"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}"""), Outcome.Retry, "busy")) with
        {
            Secret = GoogleKeys.FileOf,
            Shown = request => GoogleKeys.KeyIdOf(request.Header("Authorization") ?? "") ?? "",
        },
        Of("event-hubs", new Reply(201, ""), new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Event Hubs")) with { IsToken = true, IsPlain400Content = true },
        Of("service-bus", new Reply(201, ""), new AnswerCase(new Reply(200, ""), Outcome.Retry, "not Service Bus")) with { IsToken = true, IsPlain400Content = true },
        Of(
            "adx",
            new Reply(200, """{"Tables":[]}"""),
            new AnswerCase(new Reply(200, ""), Outcome.Retry, "not the cluster"),
            new AnswerCase(new Reply(200, """{"status":"maintenance"}"""), Outcome.Retry, "a load balancer"),
            new AnswerCase(new Reply(200, """{"error":{"code":"x"}}"""), Outcome.Retry, "an error"),
            new AnswerCase(new Reply(400, """{"error":{"code":"BadRequest_EntityNotFound","message":"no table","@permanent":true}}"""), Outcome.Refused, "the table"),
            new AnswerCase(new Reply(400, """{"error":{"code":"Stream_NoDataToIngest","message":"no","@permanent":true}}"""), Outcome.Rejected, "the content"),
            new AnswerCase(new Reply(400, """{"error":{"code":"General_Throttled","message":"busy","@permanent":false}}"""), Outcome.Retry, "busy")) with { IsToken = true },
    ];

    // Whoever knows what stands in between, or what the service answers, says so, and then only that counts.
    private static KindCases Expecting(string type)
    {
        var cases = Of(
            type,
            new Reply(200, "stored: 3"),
            new AnswerCase(new Reply(200, ""), Outcome.Retry, "without the text"),
            new AnswerCase(new Reply(200, "stored"), Outcome.Retry, "without all of the text"),
            new AnswerCase(new Reply(202, "stored: 3"), type == "rapid7" ? Outcome.Accepted : Outcome.Retry, "another status"));
        return cases with { Row = url => [.. cases.Row(url), ("expect", "stored: ")] };
    }

    private static KindCases Of(string type, Reply taken, params AnswerCase[] answers) => new()
    {
        Type = type,
        Row = url => DestinationConformanceTests.Least(type, url),
        Taken = taken,
        Answers = answers,
    };
}
