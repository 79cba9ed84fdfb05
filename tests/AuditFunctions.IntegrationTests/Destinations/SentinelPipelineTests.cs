using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Vendor to Sentinel: fetched, packed, shipped to the stand-in of the Logs Ingestion API, which is as strict as the service.</summary>
public sealed class SentinelPipelineTests
{
    private const string Token = "sandbox-token";

    [Fact]
    public async Task Every_event_arrives_once_with_columns_that_the_stream_declares_although_the_service_fails()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 250 });
        stage.Siem.Faults.Next(1, LogsFault.Unavailable).Next(1, new Fault.Throttled(TimeSpan.FromSeconds(90))).Next(1, new Fault.Reset());
        await stage.FetchAndShipAsync();
        await stage.ShipForHoursAsync();
        stage.AssertAllOnce();
        Assert.Equal(3, stage.Siem.Faults.Taken);
        Assert.Empty(stage.Siem.DroppedColumns);
        Assert.Equal(1, stage.Siem.Identity.Requests);
        stage.AssertNotLogged(Token);
    }

    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 10 });
        stage.Siem.Faults.Next(1, new Fault.Throttled(TimeSpan.FromMinutes(7)));
        await stage.FetchAndShipAsync();
        Assert.Contains("HTTP 429", Assert.Single(stage.Harness.Log.Of(3003)), StringComparison.Ordinal);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(6));
        await stage.ShipAsync();
        Assert.Equal(1, stage.Siem.Requests);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.ShipAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Token_that_is_not_taken_is_asked_for_anew_and_the_batch_goes_with_the_next_one()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 10 });
        await stage.FetchAndShipAsync();
        stage.Vendor.Publish(10);
        stage.Siem.AcceptOnly("second-token");
        stage.Siem.Identity.Token = "second-token";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.FetchAndShipAsync();
        Assert.Equal((20, 0L, 2), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.Identity.Requests));
        stage.AssertNotLogged(Token);
        stage.AssertNotLogged("second-token");
    }

    [Fact]
    public async Task Missing_role_and_wrong_stream_keep_the_batch_and_say_what_to_do()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 10 });
        stage.Siem.Faults.Next(2, LogsFault.RoleMissing).Next(1, LogsFault.UnknownStream);
        await stage.FetchAndShipAsync();
        Assert.Contains("'Monitoring Metrics Publisher' on the data collection rule 'dcr-00000000000000000000000000000001'", Assert.Single(stage.Harness.Log.Of(3004)), StringComparison.Ordinal);
        await stage.ShipForHoursAsync();
        Assert.Contains("the rule must declare the stream", stage.Harness.Log.Of(3004)[^1], StringComparison.Ordinal);
        stage.AssertAllOnce();
        Assert.Equal(0, await stage.Harness.Get<DeadLetterStore>().CountAsync(default));
    }

    [Fact]
    public async Task Without_an_identity_the_batch_waits_and_the_log_says_why()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 10 });
        stage.Siem.Identity.IsWell = false;
        await stage.FetchAndShipAsync();
        Assert.Contains("No token for https://monitor.azure.com/.default: the app's identity could not sign in", Assert.Single(stage.Harness.Log.Of(3004)), StringComparison.Ordinal);
        Assert.Equal(0, stage.Siem.Requests);
        stage.Siem.Identity.IsWell = true;
        await stage.ShipForHoursAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Body_that_is_too_large_is_halved_and_an_event_that_is_not_taken_becomes_a_dead_letter()
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 20 });
        stage.Siem.Refuse(stage.Vendor.OfferedIds[7], EventRefusal.PlainBadRequest);
        stage.Siem.Faults.Next(1, new Fault.Status(413, Body: """{"error":{"code":"ContentLengthLimitExceeded","message":"too large"}}"""));
        await stage.FetchAndShipAsync();
        await stage.ShipForHoursAsync();
        Assert.Equal((19, 0L, 0), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.CountOf(stage.Vendor.OfferedIds[7])));
        var letter = Assert.Single(await stage.LettersAsync());
        Assert.Equal(stage.Vendor.OfferedIds[7], letter.Note.EventId);

        // Sent again it is framed anew, and its row names the batch that it comes with.
        stage.Siem.RefuseNone();
        Assert.Null(await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default));
        await stage.ShipForHoursAsync();
        stage.AssertAllOnce();
        var call = stage.Siem.RecentRequests[^1];
        Assert.Contains($"\"BatchId\":\"{Guid.Parse(call.Headers["x-ms-client-request-id"]):N}\"", SentinelStage.TextOf(call), StringComparison.Ordinal);
    }

    /// <summary>The service would cut it at 64 KB without a word.</summary>
    [Theory]
    [InlineData("dead-letter", 19, 1)]
    [InlineData("cut", 20, 0)]
    public async Task Event_longer_than_the_service_keeps_is_not_sent_as_it_is(string oversize, int received, int letters)
    {
        var large = $$"""{"uuid":"large","published":"2026-01-01T00:00:05.000Z","pad":"{{new string('x', 64_000)}}"}""";
        await using var stage = await SentinelStage.StartAsync(
            new() { Events = 20, ReplaceEvent = at => at == 5 ? Encoding.UTF8.GetBytes(large) : null },
            columns: ("oversize", oversize));
        await stage.FetchAndShipAsync();
        Assert.Equal((received, 0L, letters), (stage.Siem.Received, stage.Siem.Duplicates, (await stage.LettersAsync()).Count));
        Assert.All(stage.Siem.RawEvents, raw => JsonDocument.Parse(raw).Dispose());
        if (letters == 1)
        {
            var letter = Assert.Single(await stage.LettersAsync());
            Assert.Contains("longer than the destination keeps whole, 63,900 bytes", letter.Note.Reason, StringComparison.Ordinal);
            Assert.Contains("set oversize to cut", await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default), StringComparison.Ordinal);
            return;
        }

        var marker = stage.Siem.RawEvents.Select(raw => Encoding.UTF8.GetString(raw)).Single(raw => raw.StartsWith("{\"auditfunctions_cut\"", StringComparison.Ordinal));
        Assert.Equal(63_900, Encoding.UTF8.GetByteCount(marker), 8d);
        Assert.StartsWith(JsonDocument.Parse(marker).RootElement.GetProperty("start").GetString()!, large, StringComparison.Ordinal);
    }

    /// <summary>The clock of the installation is an hour after the first event; the service's is months ahead or right.</summary>
    [Theory]
    [InlineData("2026-01-01T01:00:00Z", "2026-01-01T00:")]
    [InlineData("2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z")]
    public async Task Time_generated_is_the_events_time_unless_the_service_puts_its_own_there(string serviceTime, string expected)
    {
        await using var stage = await SentinelStage.StartAsync(new() { Events = 5 }, new ManualTime(serviceTime));
        await stage.FetchAndShipAsync();
        stage.AssertAllOnce();
        Assert.All(stage.Siem.Ids, id => Assert.StartsWith(expected, DateTimeOffset.UnixEpoch.AddSeconds((double)stage.Siem.TimeOf(id)!.Value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
