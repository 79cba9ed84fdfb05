using System.Collections.Concurrent;
using AuditFunctions.Destinations;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>HEC with indexer acknowledgement, against a server that indexes when the test says so.</summary>
public sealed class HecAckTests
{
    private const string Channel = "X-Splunk-Request-Channel";

    [Fact]
    public async Task Body_is_delivered_when_its_acknowledgement_is_true()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync(request => !request.PathAndQuery.StartsWith("/services/collector/ack?channel=", StringComparison.Ordinal)
            ? new Reply(200, """{"text":"Success","code":0,"ackId":7}""")
            : new Reply(200, $$$"""{"acks":{"7":{{{(Interlocked.Increment(ref asked) < 3 ? "false" : "true")}}}}}"""));
        await using var stage = KindStage.Create();
        var sending = stage.SendAsync(Define(server));
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            await stage.Clock.WhenWaitingAsync(2, Stage.Deadline());
            Assert.False(sending.IsCompleted);
            stage.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.IsType<SendResult.Accepted>(await sending);
        var channel = server.Requests[0].Header(Channel);
        Assert.True(Guid.TryParse(channel, out _));
        Assert.Equal(4, server.Requests.Count);
        Assert.All(server.Requests.Skip(1), question => Assert.Equal(("POST", $"/services/collector/ack?channel={channel}", "{\"acks\":[7]}"), (question.Method, question.PathAndQuery, question.Body)));
        Assert.All(server.Requests, request => Assert.Equal("Splunk first-secret", request.Header("Authorization")));
    }

    [Fact]
    public async Task Body_without_an_acknowledgement_in_time_is_sent_again_over_another_channel()
    {
        var channels = new ConcurrentQueue<string?>();
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.Header(Channel) is { } channel)
            {
                channels.Enqueue(channel);
                return new Reply(200, """{"text":"Success","code":0,"ackId":0}""");
            }

            return new Reply(200, """{"acks":{"0":false}}""");
        });
        await using var stage = KindStage.Create();
        var destination = Define(server);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var sending = stage.SendAsync(destination);
            await stage.Clock.WhenWaitingAsync(2, Stage.Deadline());
            stage.Clock.Advance(TimeSpan.FromSeconds(20));
            Assert.IsType<SendResult.Retry>(await sending);
        }

        Assert.Equal(2, channels.Count);
        Assert.Equal(2, channels.Distinct().Count());
    }

    /// <summary>An indexer that was started anew has forgotten what it had, and counts from 0 again.</summary>
    [Fact]
    public async Task Acknowledgement_of_one_body_is_none_of_another_that_has_the_same_number()
    {
        var channels = new ConcurrentQueue<string>();
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.Header(Channel) is { } channel)
            {
                channels.Enqueue(channel);
                return new Reply(200, """{"text":"Success","code":0,"ackId":0}""");
            }

            return new Reply(200, $$$"""{"acks":{"0":{{{(request.PathAndQuery.EndsWith(channels.Last(), StringComparison.Ordinal) ? "true" : "false")}}}}}""");
        });
        await using var stage = KindStage.Create();
        var destination = Define(server);
        var lost = stage.SendAsync(destination);
        await stage.Clock.WhenWaitingAsync(2, Stage.Deadline());
        var later = stage.SendAsync(destination);
        await stage.Clock.WhenWaitingAsync(4, Stage.Deadline());
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<SendResult.Accepted>(await later);
        await Task.WhenAny(lost, stage.Clock.WhenWaitingAsync(2, Stage.Deadline()));
        stage.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.IsType<SendResult.Retry>(await lost);

        // What was acknowledged leaves its channel to the next one, so that they stay few.
        var next = stage.SendAsync(destination);
        await stage.Clock.WhenWaitingAsync(2, Stage.Deadline());
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<SendResult.Accepted>(await next);
        Assert.Equal(2, channels.Distinct().Count());
    }

    [Theory]
    [InlineData(200, """{"text":"Success","code":0}""", "Refused")]
    [InlineData(400, """{"text":"Data channel is missing","code":10}""", "Refused")]
    [InlineData(503, """{"text":"Server is busy","code":9}""", "Retry")]
    public async Task Token_without_acknowledgement_and_trouble_are_what_they_are(int status, string body, string outcome)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(status, body));
        await using var stage = KindStage.Create();
        Assert.Equal(outcome, KindStage.OutcomeOf(await stage.SendAsync(Define(server))).ToString());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(200, "<html></html>", "Retry")]
    [InlineData(200, "{}", "Retry")]
    [InlineData(400, """{"text":"ACK is disabled","code":14}""", "Refused")]
    [InlineData(400, """{"text":"Invalid data format","code":6,"invalid-event-number":0}""", "Retry")]
    [InlineData(413, "", "Retry")]
    [InlineData(503, "", "Retry")]
    public async Task Answer_to_the_question_that_is_none_is_no_delivery(int status, string body, string outcome)
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Header(Channel) is not null ? new Reply(200, """{"text":"Success","code":0,"ackId":7}""") : new Reply(status, body));
        await using var stage = KindStage.Create();
        var sending = stage.SendAsync(Define(server));
        await stage.Clock.WhenWaitingAsync(2, Stage.Deadline());
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(outcome, KindStage.OutcomeOf(await sending).ToString());
    }

    private static DestinationDefinition Define(ScriptedServer server) =>
        DestinationConformanceTests.Define(("type", "splunk-hec"), ("url", server.BaseUrl), ("token", "secret:siem"), ("ack", "true"));
}
