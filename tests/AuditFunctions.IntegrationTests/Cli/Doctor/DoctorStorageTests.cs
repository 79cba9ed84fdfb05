using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Azure;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary><c>auditfn doctor</c> on storage that refuses, is away, or lacks something.</summary>
public sealed class DoctorStorageTests
{
    [Theory]
    [InlineData("table", "tables", 403, "AuthorizationFailure", "network rules keep this machine out", "az storage account network-rule add --account-name devstoreaccount1 ")]
    [InlineData("queue", "queues", 403, "AuthenticationFailed", "key or signature in the connection string is wrong", "az storage account show-connection-string --name devstoreaccount1")]
    [InlineData("blob", "blobs", 403, "KeyBasedAuthenticationNotPermitted", "The account takes no keys", "unset AzureWebJobsStorage; export AzureWebJobsStorage__accountName=devstoreaccount1")]
    public async Task A_service_that_refuses_is_told_apart_from_the_others(string target, string check, int status, string code, string mend, string command)
    {
        await using var doctor = await DoctorRun.StartAsync();
        var hooks = new RelayHooks { Before = (call, _) => ValueTask.FromResult(call.Target == target ? StorageAnswers.Error(target, status, code, "no") : RelayVerdict.Passed) };
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, CliRun.Patience);
        doctor.Run.Set("AzureWebJobsStorage", relays.ConnectionString);

        var report = await doctor.ExamineAsync();

        var problem = report.Problem(check);
        Assert.Contains($"is refused: {status} {code}", problem.What, StringComparison.Ordinal);
        Assert.Contains(mend, problem.Mend, StringComparison.Ordinal);
        Assert.StartsWith(command, problem.Command, StringComparison.Ordinal);
        Assert.Equal(2, report.Findings.Count(found => found is { Check: "tables" or "queues" or "blobs", Level: "ok" }));
        Assert.Equal(target == "table", report.Findings.Any(found => found.What == "not examined: their rows cannot be read"));
        Assert.Equal(target != "table", report.Findings.Any(found => found is { Check: "sources", Level: "ok" }));
    }

    [Theory]
    [InlineData("table", "tables")]
    [InlineData("queue", "queues")]
    [InlineData("blob", "blobs")]
    public async Task The_right_to_read_without_that_to_write_is_not_enough(string target, string check)
    {
        await using var doctor = await DoctorRun.StartAsync();
        var hooks = new RelayHooks
        {
            Before = (call, _) => ValueTask.FromResult(call.Target == target && call.Method is not ("GET" or "HEAD") ? StorageAnswers.Error(target, 403, "AuthorizationFailure", "no") : RelayVerdict.Passed),
        };
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, CliRun.Patience);
        doctor.Run.Set("AzureWebJobsStorage", relays.ConnectionString);

        Assert.Equal("writing is refused: 403 AuthorizationFailure", (await doctor.ExamineAsync()).Problem(check).What);
    }

    [Theory]
    [InlineData(400, "InvalidQueryParameterValue")]
    [InlineData(404, "MessageNotFound")]
    public async Task Who_is_let_in_to_write_is_answered_that_there_is_no_such_thing(int status, string code)
    {
        await using var doctor = await DoctorRun.StartAsync();
        var writes = 0;
        var hooks = new RelayHooks
        {
            Before = (call, _) => ValueTask.FromResult(call is { Target: "queue", Method: "PUT" } && Interlocked.Increment(ref writes) > 0 ? StorageAnswers.Error(status, code, "no") : RelayVerdict.Passed),
        };
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, CliRun.Patience);
        doctor.Run.Set("AzureWebJobsStorage", relays.ConnectionString);

        Assert.Equal(0, (await doctor.ExamineAsync()).ExitCode);
        Assert.Equal(1, writes);
    }

    [Fact]
    public async Task A_service_that_never_answers_does_not_hold_up_the_others()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var hooks = new RelayHooks { Before = (call, _) => ValueTask.FromResult(call.Target == "blob" ? new RelayVerdict.Swallow() : RelayVerdict.Passed) };
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), new RelayCounter(), hooks, CliRun.Patience);
        doctor.Run.Set("AzureWebJobsStorage", relays.ConnectionString);

        var report = await doctor.ExamineAsync("--timeout", "3");

        Assert.Equal("no answer within 3 s", report.Problem("blobs").What);
        Assert.Contains(report.Findings, found => found is { Check: "sources", Level: "ok" });
        Assert.Contains(report.Findings, found => found is { Check: "queues", Level: "ok" });
    }

    [Fact]
    public async Task What_is_missing_is_named_with_what_creates_it()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var storage = doctor.Run.Storage;
        await storage.Ledger.DeleteAsync();
        await storage.ShipQueue.DeleteAsync();
        await storage.Seen.DeleteAsync();

        var report = await doctor.ExamineAsync();

        Assert.Equal(
            [
                ($"table '{storage.Ledger.Name}' is missing", $"az storage table create --name {storage.Ledger.Name} --connection-string \"$AzureWebJobsStorage\""),
                ($"queue '{storage.ShipQueue.Name}' is missing", $"az storage queue create --name {storage.ShipQueue.Name} --connection-string \"$AzureWebJobsStorage\""),
                ($"container '{storage.Seen.Name}' is missing", $"az storage container create --name {storage.Seen.Name} --connection-string \"$AzureWebJobsStorage\""),
            ],
            report.Problems.Select(found => (found.What, found.Command!)));
        Assert.Equal(1, report.ExitCode);
    }

    [Fact]
    public async Task Storage_without_an_installation_is_told_and_not_filled()
    {
        using var run = await CliRun.OnStorageAsync();
        var result = await run.RunAsync("doctor", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(9, result.Json.GetProperty("problems").GetInt32());
        Assert.False(await run.Storage.Batches.ExistsAsync());
    }

    [Fact]
    public async Task Nobody_on_this_machine_and_a_name_that_nobody_knows_are_told_apart()
    {
        using var run = CliRun.Offline();
        const string Key = "DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=c2VjcmV0;";
        var result = await run.RunAsync("doctor", "--json", "--timeout", "60", "--storage", Key + "BlobEndpoint=http://127.0.0.1:9/acme;QueueEndpoint=http://127.0.0.1:9/acme;TableEndpoint=http://nobody.invalid/acme;");

        Assert.Equal(1, result.ExitCode);
        var found = result.Json.GetProperty("findings").EnumerateArray().Select(DoctorRun.Found.Of).ToArray();
        Assert.Contains(found, one => one is { Check: "blobs", Where: "containers at 127.0.0.1:9", What: "nobody answers on this machine", Command: "npx azurite" });
        Assert.Contains(found, one => one is { Check: "tables", What: "the name nobody.invalid is not known" });
    }
}
