using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

/// <summary>Messages that the Functions host gave up on are told of, and brought back.</summary>
public sealed class PoisonWatchTests
{
    [Fact]
    public async Task Poisoned_messages_are_told_of_once_and_so_is_their_end()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        await using var other = harness.Another();
        var queue = harness.Storage.Poisons.Single(one => one.Name == "ship-poison");
        using var metrics = new RecordedMetrics(harness.Get<IMeterFactory>());
        using var others = new RecordedMetrics(other.Get<IMeterFactory>());
        await TickAsync(20);
        Assert.Empty(harness.Log.Of(1021));
        Assert.Empty(Poisons());
        await queue.Client.CreateAsync();
        await queue.Client.SendMessageAsync("a");
        await queue.Client.SendMessageAsync("b");
        await TickAsync(15);
        Assert.Contains("'ship-poison' holds messages that the Functions host gave up on (2)", Assert.Single(harness.Log.Of(1021)), StringComparison.Ordinal);
        await TickAsync(60);
        Assert.Single(harness.Log.Of(1021));
        Assert.Empty(harness.Log.Of(1022));

        // An alert looks for it within an hour and must go on as long as they lie there.
        var seen = Poisons();
        Assert.InRange(seen.Length, 5, 10);
        Assert.Equal("queue=ship-poison: 2", Assert.Single(seen.Distinct(StringComparer.Ordinal)));

        Assert.Equal(2, await queue.RestoreAsync(default));
        Assert.Equal(0, await queue.RestoreAsync(default));
        Assert.Equal(["a", "b"], (await PipelineHarness.TakeAsync(harness.Storage.ShipQueue)).Order(StringComparer.Ordinal));
        await TickAsync(15);
        Assert.Contains("ship-poison", Assert.Single(harness.Log.Of(1022)), StringComparison.Ordinal);
        await TickAsync(30);

        // Whichever instance came first tells of it; the other one may find nothing left to tell.
        Assert.Equal("queue=ship-poison: 0", Assert.Single(Poisons().Distinct(StringComparer.Ordinal)));
        Assert.DoesNotContain("fetch-poison", string.Join('\n', harness.Log.Of(1021)), StringComparison.Ordinal);

        string[] Poisons() => [.. new[] { metrics, others }.SelectMany(one => one.Take("auditfunctions.queue.messages")).Where(record => record.Contains("poison", StringComparison.Ordinal))];

        async Task TickAsync(int minutes)
        {
            for (var minute = 0; minute < minutes; minute++)
            {
                harness.Clock.Advance(TimeSpan.FromMinutes(1));
                await Task.WhenAll(harness.Schedule.TickAsync(default), other.Schedule.TickAsync(default));
            }
        }
    }

    [Fact]
    public async Task Restored_message_never_expires_and_its_text_is_as_it_was()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        var queue = harness.Storage.Poisons.Single(one => one.Name == "fetch-poison");
        Assert.Equal((0, 0), (await queue.CountAsync(default), await queue.RestoreAsync(default)));
        await queue.Client.CreateAsync();
        var text = new FetchMessage("acme", ["default"], harness.Time.GetUtcNow()).ToWire().ToString();
        for (var at = 0; at < 70; at++)
        {
            await queue.Client.SendMessageAsync(text);
        }

        Assert.Equal(70, await queue.CountAsync(default));
        Assert.Equal(70, await queue.RestoreAsync(default));
        Assert.Equal((0, 70), (await queue.CountAsync(default), await PipelineHarness.CountAsync(harness.Storage.FetchQueue)));
        var peeked = (await harness.Storage.FetchQueue.PeekMessagesAsync(32)).Value;
        Assert.All(peeked, message => Assert.Equal((text, true), (message.MessageText, message.ExpiresOn > DateTimeOffset.UtcNow.AddYears(1))));
    }
}
