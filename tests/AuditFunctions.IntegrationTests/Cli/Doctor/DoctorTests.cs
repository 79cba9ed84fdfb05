using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;
using Azure.Storage.Queues.Specialized;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary><c>auditfn doctor</c>: rows, secrets, vendors, destinations and state.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task An_installation_that_is_well_is_left_as_it_was()
    {
        await using var doctor = await DoctorRun.StartAsync();

        var result = await doctor.Run.DoneAsync("doctor");

        Assert.Empty(result.Error);
        Assert.EndsWith("All is well.\n", result.Output, StringComparison.Ordinal);
        foreach (var line in new[]
        {
            "ok       tables at 127.0.0.1:", "ok       queues at 127.0.0.1:", "ok       containers at 127.0.0.1:", "note     'secret:vendor' of source 'okta-prod': can be read, and sent to any host that a row names",
            "ok       source 'okta-prod': its next page can be read: 10 events, 10 of them new", "ok       destination 'splunk': says that it is well", "ok       clock: goes with that of storage",
            "note     messages: not signed", "note     scheduler: has never ticked", "note     state of source 'okta-prod': never polled", "ok       dead letters: none", "-fetch-poison': does not exist",
        })
        {
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        }

        var storage = doctor.Run.Storage;
        Assert.Empty(await storage.Checkpoints.QueryAsync<TableEntity>().ToListAsync());
        Assert.Empty(await storage.Ledger.QueryAsync<TableEntity>().ToListAsync());
        foreach (var queue in new[] { storage.FetchQueue, storage.ShipQueue })
        {
            Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
            Assert.False(await queue.GetParentQueueServiceClient().GetQueueClient(queue.Name + "-poison").ExistsAsync());
        }

        foreach (var container in new[] { storage.Batches, storage.DeadLetters, storage.Seen })
        {
            Assert.Empty(await container.GetBlobsAsync().ToListAsync());
        }

        Assert.Equal((0, 0), (doctor.Siem.Requests, doctor.Siem.Received));
    }

    /// <summary>The command names the hosts of every row that uses the secret, since it replaces what was said before.</summary>
    [Fact]
    public async Task Hosts_of_a_secret_are_compared_with_its_rows()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Set("AUDIT_HOSTS_VENDOR", "127.0.0.1 other.example");
        Assert.Contains((await doctor.ExamineAsync()).Findings, found => found is { Check: "secrets", What: "can be read, and sent to 127.0.0.1, other.example only" });

        doctor.Run.Set("AUDIT_HOSTS_VENDOR", "vault.example");
        var problem = (await doctor.ExamineAsync()).Problem("secrets");
        Assert.Matches("^may not be sent to 127.0.0.1:[0-9]+; its hosts are vault.example$", problem.What);
        Assert.Matches("^export AUDIT_HOSTS_VENDOR='127.0.0.1:[0-9]+'$", problem.Command);

        doctor.Run.Set("AUDIT_HOSTS_VENDOR", "");
        doctor.Run.Set("Secrets:RequireHosts", "true");
        doctor.Run.Set("AUDIT_HOSTS_SIEM", "127.0.0.1");
        Assert.Matches("^names no hosts, so that it is sent nowhere; its rows send it to 127.0.0.1:[0-9]+$", (await doctor.ExamineAsync()).Problem("secrets").What);
    }

    [Fact]
    public async Task Whether_messages_are_signed_is_said()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Set("Messages:Key", "secret:message-key");
        Assert.Contains("AUDIT_SECRET_MESSAGE_KEY", (await doctor.ExamineAsync()).Problem("messages").What, StringComparison.Ordinal);
        doctor.Run.Set("AUDIT_SECRET_MESSAGE_KEY", "short");
        Assert.Contains("at least 32 characters", (await doctor.ExamineAsync()).Problem("messages").What, StringComparison.Ordinal);
        doctor.Run.Set("AUDIT_SECRET_MESSAGE_KEY", new string('k', 32));
        Assert.Contains((await doctor.ExamineAsync()).Findings, found => found is { Check: "messages", Level: "ok", What: "signed" });
        doctor.Run.Set("Messages:UnsignedUntil", "2999-01-01T00:00:00Z");
        Assert.Contains((await doctor.ExamineAsync()).Findings, found => found is { Check: "messages", Level: "note" } && found.What.Contains("2999-01-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_waits_is_neither_taken_nor_hidden()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var queue = doctor.Run.Storage.FetchQueue;
        await new MessageQueue(queue).SendAsync(BinaryData.FromString("{}"), TimeSpan.Zero, CliRun.Patience);

        Assert.Equal(0, (await doctor.ExamineAsync()).ExitCode);

        var message = Assert.Single((await queue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal((1, "{}"), (message.DequeueCount, message.MessageText));
    }

    [Fact]
    public async Task A_marked_event_is_sent_only_when_that_is_asked_for()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var report = await doctor.ExamineAsync("--destination", "splunk", "--send-test-event");
        Assert.Contains(report.Findings, found => found is { Check: "destinations", What: "took the marked event" });
        Assert.DoesNotContain(report.Findings, found => found.Check is "sources" or "poison" or "dead-letters");
        Assert.Equal(1, doctor.Siem.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_vendor_that_refuses_the_credential_names_the_secret_and_how_to_store_it(int status)
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Vendor.Faults.Next(10, new Fault.Status(status));

        var problem = (await doctor.ExamineAsync()).Problem("sources");

        Assert.Equal("source 'okta-prod'", problem.Where);
        Assert.Contains($"answered {status}. Check that 'secret:vendor' is current", problem.What, StringComparison.Ordinal);
        Assert.Equal("read -rs AUDIT_SECRET_VENDOR && export AUDIT_SECRET_VENDOR", problem.Command);
    }

    [Fact]
    public async Task A_vendor_in_trouble_is_told_and_one_that_throttles_is_only_noted()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Vendor.Faults.Next(1, new Fault.Status(500));
        var problem = (await doctor.ExamineAsync()).Problem("sources");
        Assert.Contains("answered 500", problem.What, StringComparison.Ordinal);
        Assert.Contains("goes on by itself", problem.Mend, StringComparison.Ordinal);

        doctor.Vendor.Faults.Next(1, new Fault.Throttled(TimeSpan.FromMinutes(1)));
        var report = await doctor.ExamineAsync();
        Assert.Equal(0, report.ExitCode);
        Assert.Contains(report.Findings, found => found is { Check: "sources", Level: "note" } && found.What.StartsWith("The vendor throttles: HTTP 429", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vendor_that_told_us_to_wait_is_not_asked_before()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var status = new PartitionStatus { LastPollAt = now, NextPollAt = now.AddHours(1), Failures = 1, Failure = FailureKind.Throttled };
        await new CheckpointStore(doctor.Run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { Status = status, WriteId = "x" }, null, CliRun.Patience);
        await new TickRow(doctor.Run.Storage).WriteAsync(new LastTick(now, null, default), CliRun.Patience);

        var report = await doctor.ExamineAsync();

        Assert.Equal(0, report.ExitCode);
        Assert.Contains(report.Findings, found => found is { Check: "sources", Level: "note" } && found.What.Contains("told us to wait until", StringComparison.Ordinal));
        Assert.Equal(0, doctor.Vendor.Requests);
    }

    [Fact]
    public async Task A_vendor_that_hangs_costs_its_own_time_only()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Vendor.Faults.Next(10, new Fault.Hang());

        var report = await doctor.ExamineAsync("--timeout", "3");

        var problem = report.Problem("sources");
        Assert.Equal("no answer within 3 s", problem.What);
        Assert.Single(report.Problems);
        Assert.Contains(report.Findings, found => found is { Check: "destinations", Level: "ok" });
    }

    [Fact]
    public async Task A_missing_secret_is_named_with_all_that_use_it_and_what_sets_it()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Set("AUDIT_SECRET_SIEM", "");

        var report = await doctor.ExamineAsync();

        var problem = report.Problem("secrets");
        Assert.Equal("'secret:siem' of destination 'splunk'", problem.Where);
        Assert.Contains("is not set", problem.What, StringComparison.Ordinal);
        Assert.Equal("read -rs AUDIT_SECRET_SIEM && export AUDIT_SECRET_SIEM", problem.Command);
        Assert.Same(problem, Assert.Single(report.Problems)); // said once
        Assert.Contains(report.Findings, found => found is { Where: "destination 'splunk'", Level: "note", What: "its row is right; not asked, since 'secret:siem' cannot be read" });
    }

    [Fact]
    public async Task A_destination_that_is_unwell_or_down_or_refuses_the_token_is_told()
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Siem.IsHealthy = false;
        Assert.Contains("HTTP 503, code 18", (await doctor.ExamineAsync()).Problem("destinations").What, StringComparison.Ordinal);

        doctor.Siem.IsHealthy = true;
        doctor.Run.Set("AUDIT_SECRET_SIEM", "wrong");
        var refused = (await doctor.ExamineAsync("--send-test-event")).Problem("destinations");
        Assert.Contains("Check that the HEC token is current", refused.What, StringComparison.Ordinal);
        Assert.Equal("read -rs AUDIT_SECRET_SIEM && export AUDIT_SECRET_SIEM", refused.Command);

        await doctor.Siem.DisposeAsync();
        var down = (await doctor.ExamineAsync()).Problem("destinations");
        Assert.StartsWith("no answer: the connection was refused by 127.0.0.1:", down.What, StringComparison.Ordinal);
        Assert.Contains($"See whether {doctor.Siem.BaseUrl.Authority} can be reached", down.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_without_a_question_for_its_health_is_only_knocked_at()
    {
        await using var receiver = await ScriptedServer.StartAsync(_ => new ScriptedServer.Reply(405, ""));
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Set("AUDIT_SECRET_HOOK", "planted-hook-token");
        doctor.Run.Write("more.yaml", $"destinations:\n  - {{ name: hook, type: http, url: \"{receiver.BaseUrl}/in\", auth: bearer, token: \"secret:hook\" }}\n");
        await doctor.Run.DoneAsync("apply", "more.yaml");

        var report = await doctor.ExamineAsync("--destination", "hook");

        Assert.Equal(0, report.ExitCode);
        Assert.Equal(["HEAD /in -"], receiver.Requests.Select(request => $"{request.Method} {request.PathAndQuery} {request.Header("Authorization") ?? "-"}"));
        Assert.Contains(report.Findings, found => found is { Where: "destination 'hook'", Level: "note", What: "no source sends to it" });
    }

    [Fact]
    public async Task Rows_that_are_wrong_are_told_and_stop_nothing()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var storage = doctor.Run.Storage;
        await storage.Sources.AddEntityAsync(new TableEntity("source", "astray") { ["Template"] = "okta-system-log", ["Domain"] = "acme.okta.com", ["Token"] = "secret:vendor", ["Destination"] = "gone" });
        await storage.Sources.AddEntityAsync(new TableEntity("source", "odd") { ["Template"] = "no-such-template", ["Token"] = "secret:nowhere", ["Destination"] = "splunk" });
        await storage.Sources.AddEntityAsync(new TableEntity("source", "resting") { ["Template"] = "no-such-template", ["Enabled"] = "false" });
        await storage.Destinations.AddEntityAsync(new TableEntity("destination", "typo") { ["Type"] = "splunk-hce" });

        var report = await doctor.ExamineAsync();

        Assert.Contains(report.Problems, found => found is { Where: "source 'astray'", What: "its row is wrong: destination: 'gone' is not defined; add a row for it.", Command: "auditfn apply rows.yaml" });
        Assert.Contains(report.Problems, found => found.Where == "source 'odd'" && found.What.Contains("no-such-template", StringComparison.Ordinal));
        Assert.Contains(report.Problems, found => found is { Check: "secrets", Where: "'secret:nowhere' of source 'odd'" });
        Assert.Contains(report.Problems, found => found.Where == "destination 'typo'" && found.What.Contains("'splunk-hce' is unknown", StringComparison.Ordinal));
        Assert.Contains(report.Findings, found => found is { Check: "sources", Where: "source 'resting'", Level: "note" });
        Assert.Contains(report.Findings, found => found is { Check: "sources", Where: "source 'okta-prod'", Level: "ok" });
        Assert.Equal(["okta-prod"], (await doctor.ExamineAsync("--source", "okta-prod")).Findings.Where(found => found.Check == "sources").Select(found => found.Where.Split('\'')[1]));
    }

    [Fact]
    public async Task What_shows_only_over_time_is_told_as_status_knows_it()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var storage = doctor.Run.Storage;
        var now = TimeProvider.System.GetUtcNow();
        var checkpoints = new CheckpointStore(storage);
        var overdue = new PartitionStatus { LastPollAt = now.AddHours(-6), NextPollAt = now.AddHours(-6) };
        await checkpoints.TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { Status = overdue, WriteId = "x" }, null, CliRun.Patience);
        await checkpoints.TryWriteAsync(new PartitionId("gone", PartitionId.Single), new Checkpoint { Status = overdue, WriteId = "x" }, null, CliRun.Patience);
        await storage.Checkpoints.AddEntityAsync(new TableEntity("_schedule", "tick") { ["TickAt"] = now.AddHours(-6) });
        await new DestinationRecords(storage, new Random(1)).ChangeAsync("splunk", null, record => record with { Failures = 3, FailingSinceAt = now.AddHours(-1), Reason = "HTTP 503" }, CliRun.Patience);
        await new DeadLetterStore(storage).WriteAsync("20260101/okta-prod/splunk/a", BinaryData.FromString("x").ToMemory(), compressed: false, new DeadLetterNote { SchemaVersion = 1, Reason = "no", GivenUpAt = now }, CliRun.Patience);

        var report = await doctor.ExamineAsync();

        Assert.Equal(
            [("scheduler", "nothing runs: ", "auditfn run"), ("state of destination 'splunk'", "failing since ", "auditfn destinations test splunk"), ("state of source 'okta-prod'", "not polled sin", "auditfn run")],
            report.Problems.Where(found => found.Check == "state").Select(found => (found.Where, found.What[..14], found.Command!)).OrderBy(found => found.Where, StringComparer.Ordinal));
        Assert.Contains(report.Findings, found => found is { Where: "state of source 'gone'", Level: "note", Command: "auditfn sources remove gone --forget" });
        var letters = report.Problem("dead-letters");
        Assert.Equal(("1 dead letter: events that were not delivered", "auditfn dead-letters list"), (letters.What, letters.Command));
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("ship")]
    public async Task A_message_in_a_poison_queue_is_a_problem(string queue)
    {
        await using var doctor = await DoctorRun.StartAsync();
        var client = queue == "fetch" ? doctor.Run.Storage.FetchQueue : doctor.Run.Storage.ShipQueue;
        var poison = client.GetParentQueueServiceClient().GetQueueClient(client.Name + "-poison");
        await poison.CreateAsync();
        Assert.Equal(0, (await doctor.ExamineAsync()).ExitCode);
        await poison.SendMessageAsync("{}");

        var problem = (await doctor.ExamineAsync()).Problem("poison");

        Assert.Equal($"queue '{poison.Name}'", problem.Where);
        Assert.StartsWith("1 message that the Functions host gave up on", problem.What, StringComparison.Ordinal);
        Assert.Equal("auditfn queues restore", problem.Command);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_told()
    {
        await using var doctor = await DoctorRun.StartAsync();
        var result = await doctor.Run.RunAsync("doctor", "--source", "nobody");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("There is no source 'nobody'; sources: okta-prod.\n", result.Error);
    }

    [Theory]
    [InlineData("0", "--timeout must be a number of seconds from 1 to 600.")]
    [InlineData("601", "--timeout must be a number of seconds from 1 to 600.")]
    [InlineData("soon", "--timeout: 'soon' is no whole number.")]
    public async Task A_time_out_is_a_number_of_seconds(string timeout, string expected)
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync("doctor", "--timeout", timeout);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
