using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Shipping;

/// <summary>A destination that gives some events up without saying which, and has taken nothing before.</summary>
public sealed class UnnamedRejectionTests
{
    public static TheoryData<string, string, int, string> Counted => new()
    {
        { "otlp", "encoding=json", 200, """{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}""" },
        { "axiom", "dataset=audit;token=secret:siem", 200, """{"ingested":19,"failed":1,"failures":[]}""" },
        { "logzio", "token=secret:siem", 400, """{"malformedLines":1,"successfulLines":19,"oversizedLines":0,"emptyLogLines":0}""" },
        { "logzio", "token=secret:siem", 400, """{"malformedLines":1,"successfulLines":22,"oversizedLines":0,"emptyLogLines":0}""" },
        { "dynatrace", "token=secret:siem", 200, """{"details":{"message":"1 event was not ingested"}}""" },
    };

    [Theory]
    [MemberData(nameof(Counted))]
    public async Task Answer_that_shows_that_the_others_were_taken_needs_no_other_proof_and_nothing_is_sent_again(string type, string columns, int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(status, body, ("Content-Type", "application/json")));
        await using var stage = await StageAsync(server, type, columns);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Single(server.Requests);
        Assert.Equal(20, Assert.Single(await LettersAsync(stage)).Note.Events);
        Assert.Single(stage.Harness.Log.Of(3005));
        Assert.Empty(stage.Harness.Log.Of(3032));
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    [Fact]
    public async Task Answer_after_which_all_may_be_dropped_gives_nothing_up()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(400, "entry for stream has timestamp too old"));
        await using var stage = await StageAsync(server, "loki", "auth=none");
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Single(server.Requests);
        Assert.Empty(await LettersAsync(stage));
        Assert.Single(stage.Harness.Log.Of(3032));
        Assert.Equal(1, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    private static async Task<Stage> StageAsync(ScriptedServer server, string type, string columns)
    {
        var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 20 });
        (string, string)[] row = [("type", type), ("url", server.BaseUrl + "/"), .. columns.Split(';').Select(column => column.Split('=')).Select(pair => (pair[0], pair[1]))];
        await stage.Harness.AddDestinationAsync(Stage.Destination, row);
        return stage;
    }

    private static async Task<List<DeadLetter>> LettersAsync(Stage stage)
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in stage.Harness.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), default))
        {
            letters.Add(letter);
        }

        return letters;
    }
}
