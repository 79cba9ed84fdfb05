using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Shipping;

/// <summary>With a key, only messages of this installation are taken: others are kept whole, and nothing is delivered, removed or fetched for them.</summary>
public sealed class MessageSealTests
{
    private const string Old = "0123456789abcdef0123456789abcdef";
    private const string New = "fedcba9876543210fedcba9876543210";
    private const string Secret = "AUDIT_SECRET_MESSAGE_KEY";
    private static readonly IOptions<MessageOptions> OfKey = Options.Create(new MessageOptions { Key = "secret:message-key" });
    private static readonly (string, string)[] Keyed = [("Messages:Key", "secret:message-key"), (Secret, Old)];

    [Fact]
    public async Task What_is_signed_goes_the_whole_way()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 250 }, "asc", [.. Keyed, ("Fetching:DeliverDirectly", "false")]);
        await stage.Harness.Schedule.TickAsync(default);
        var fetch = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));
        Assert.Matches("\"mac\":\"[0-9a-f]{32}\"}$", fetch);
        await stage.Harness.Fetch.HandleAsync(fetch, default);
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
    }

    public static TheoryData<string, Func<string, string>> Forgeries => new()
    {
        { "not signed", text => text[..text.LastIndexOf(",\"mac\"", StringComparison.Ordinal)] + "}" },
        { "not signed with a key", text => text.Replace("\"acme\"", "\"acmf\"", StringComparison.Ordinal) },
        { "not signed with a key", text => text[..^34] + new string('0', 32) + "\"}" },
        { "not signed", text => text + " " },
        { "not signed", text => text[..^1] + ",\"more\":[]}" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_is_not_ours_is_kept_and_nothing_is_done_for_it(string expected, Func<string, string> forge)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 50 }, "asc", [.. Keyed, ("Fetching:DeliverDirectly", "false")]);
        await stage.Harness.Schedule.TickAsync(default);
        var fetch = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));
        await stage.Harness.Fetch.HandleAsync(forge(fetch), default);
        Assert.Equal(0, stage.Vendor.Requests);
        await stage.Harness.Fetch.HandleAsync(fetch, default);

        var ship = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        await stage.Harness.Ship.HandleAsync(forge(ship), default);

        // A message of the other queue is none of this one.
        await stage.Harness.Ship.HandleAsync(fetch, default);
        Assert.Equal(0, stage.Siem.Received);
        await stage.Harness.Ship.HandleAsync(ship, default);
        stage.AssertAllOnce();

        var reasons = new List<string>();
        await foreach (var letter in stage.Harness.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), default))
        {
            reasons.Add(letter.Note.Reason);
        }

        Assert.Equal(3, reasons.Count);
        Assert.All(reasons, reason => Assert.StartsWith("it is not signed", reason, StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_is_changed_without_a_gap()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var queue = harness.Storage.Ships;
        var before = await SealedAsync(harness, queue);
        harness.Configuration[Secret] = $"{New} {Old}";

        // Another instance has the new one already; here it is read again before anything is refused.
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        var after = (await new MessageSeal(new InstallationKeys(OfKey, new OneSecret(New)), OfKey, harness.Clock).SealAsync(queue.Name, new BinaryData("{\"a\":1}"), default)).ToString();
        Assert.NotEqual(before, after);
        Assert.Null(await queue.ProblemOfAsync(after, default));
        Assert.Null(await queue.ProblemOfAsync(before, default));

        harness.Configuration[Secret] = New;
        harness.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(await queue.ProblemOfAsync(after, default));
        Assert.NotNull(await queue.ProblemOfAsync(before, default));
    }

    [Fact]
    public async Task Messages_of_before_the_key_are_taken_in_one_window()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", [.. Keyed, ("Messages:UnsignedUntil", "2026-01-08T00:00:00Z")]);
        Assert.Null(await harness.Storage.Ships.ProblemOfAsync("{\"a\":1}", default));
        Assert.NotNull(await harness.Storage.Ships.ProblemOfAsync("{\"a\":1,\"mac\":\"00000000000000000000000000000000\"}", default));
        harness.Clock.Advance(TimeSpan.FromDays(7));
        Assert.NotNull(await harness.Storage.Ships.ProblemOfAsync("{\"a\":1}", default));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public async Task A_key_that_is_none_lets_the_message_come_again(string value)
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", ("Messages:Key", "secret:message-key"), (Secret, value));
        await Assert.ThrowsAsync<SecretException>(() => harness.Ship.HandleAsync("{\"a\":1,\"mac\":\"00000000000000000000000000000000\"}", default));
        await Assert.ThrowsAsync<SecretException>(() => harness.Storage.Ships.SendAsync(new BinaryData("{}"), TimeSpan.Zero, default));
    }

    [Fact]
    public void The_setting_names_a_secret() =>
        Assert.Contains("Messages__Key", new MessageOptionsRules().Validate(null, new MessageOptions { Key = Old }).FailureMessage, StringComparison.Ordinal);

    private static async Task<string> SealedAsync(PipelineHarness harness, MessageQueue queue)
    {
        await queue.SendAsync(new BinaryData("{\"a\":1}"), TimeSpan.Zero, default);
        return Assert.Single(await PipelineHarness.TakeAsync(harness.Storage.ShipQueue));
    }

    private sealed class OneSecret(string value) : ISecretStore
    {
        public ValueTask<SecretText> GetAsync(SecretName name, SecretRead read, CancellationToken cancellationToken) => ValueTask.FromResult(new SecretText(value));
    }
}
