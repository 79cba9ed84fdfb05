using System.Text;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Storage.Tokens;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.State;

/// <summary>Refresh tokens that the vendor replaces are kept, and used by one process at a time.</summary>
public sealed class KeptTokensTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string GivenSetting = "AUDIT_SECRET_REFRESH";
    private const string KeySetting = "AUDIT_SECRET_MESSAGE_KEY";
    private static readonly (string, string)[] Keyed = [("Messages:Key", "secret:message-key"), (KeySetting, Key), (GivenSetting, "given-refresh-token")];
    private static readonly string[] OnlyGiven = ["given-refresh-token"];
    private static readonly string[] GivenAndFirst = ["given-refresh-token", "refresh-token-1"];

    public static TheoryData<bool> Known => [true, false];

    [Theory]
    [MemberData(nameof(Known))]
    public async Task The_new_token_is_used_by_the_next_process(bool rotates)
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Clock.Advance(TimeSpan.FromHours(1));
        await using var next = harness.Another();
        Assert.Equal("Page of 0", await AskAsync(next, source));
        Assert.Equal(GivenAndFirst, vendor.TokenRequests);
        Assert.All(vendor.Requests, request => Assert.Equal(request.PathAndQuery == "/token" ? "close" : "", request.Header("Connection") ?? ""));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public async Task Processes_share_the_access_token(bool rotates)
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        await using var neighbour = harness.Another();
        var source = Define(vendor, rotates);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        Assert.Equal("Page of 0", await AskAsync(neighbour, source));
        Assert.Equal(OnlyGiven, vendor.TokenRequests);

        // The vendor ends it: the first that is refused renews it, the other takes what came.
        vendor.EndAccess();
        Assert.Equal("Page of 0", await AskAsync(neighbour, source));
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        Assert.Equal(GivenAndFirst, vendor.TokenRequests);
    }

    [Fact]
    public async Task One_process_at_a_time_uses_it()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        await using var neighbour = harness.Another();
        var source = Define(vendor, rotates: true);
        using var spent = new SemaphoreSlim(0);
        using var answer = new ManualResetEventSlim();
        vendor.BeforeAnswer = () =>
        {
            spent.Release();
            answer.Wait();
        };
        var first = AskAsync(harness, source);
        await spent.WaitAsync();
        var second = AskAsync(neighbour, source);
        await harness.Clock.WhenDueWithinAsync(TimeSpan.FromSeconds(1), Stage.Deadline());
        answer.Set();
        Assert.Equal("Page of 0", await first);
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Page of 0", await second);
        Assert.Equal(OnlyGiven, vendor.TokenRequests);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_the_request_loses_nothing()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        using var stop = new CancellationTokenSource();
        vendor.BeforeAnswer = stop.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(harness, source, stop.Token));
        vendor.BeforeAnswer = null;
        await using var next = harness.Another();
        Assert.Equal("Page of 0", await AskAsync(next, source));
        Assert.Equal(OnlyGiven, vendor.TokenRequests);
    }

    [Fact]
    public async Task The_turn_of_a_process_that_died_ends()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Clock.Advance(TimeSpan.FromHours(1));
        var row = await RowAsync(harness);
        row["TurnUntil"] = harness.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        await harness.Storage.Checkpoints.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        await using var next = harness.Another();
        var asked = AskAsync(next, source);
        while (!asked.IsCompleted)
        {
            await Task.WhenAny(asked, harness.Clock.WhenDueWithinAsync(TimeSpan.FromSeconds(1), Stage.Deadline()));
            harness.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("Page of 0", await asked);
        Assert.Equal(GivenAndFirst, vendor.TokenRequests);
    }

    /// <summary>Kept by nobody but this process, it would be gone with it, and the others would use the one that is spent.</summary>
    [Theory]
    [MemberData(nameof(Known))]
    public async Task A_new_token_that_storage_did_not_take_is_kept_before_it_is_used_again(bool rotates)
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var storage = await DooredStorage.OpenAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", [.. Keyed, storage.Setting]);
        var source = Define(vendor, rotates);
        var open = storage.All(StorageFault.Reset, Calls.Of(rotates ? "PUT" : "POST", "Checkpoints"));
        Assert.NotNull(await Record.ExceptionAsync(() => AskAsync(harness, source)));
        open();
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        await using var next = harness.Another();
        Assert.Equal("Page of 0", await AskAsync(next, source));
        Assert.Equal(OnlyGiven, vendor.TokenRequests);
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Page of 0", await AskAsync(next, source));
        Assert.Equal(GivenAndFirst, vendor.TokenRequests);
    }

    [Fact]
    public async Task Without_a_place_for_the_new_one_the_token_is_not_used()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", (GivenSetting, "given-refresh-token"));
        Assert.Equal(
            "Refused 0: The vendor replaces the refresh token when it is used, and the new one needs a key to be kept: set Messages__Key, the same for all processes of the installation.",
            await AskAsync(harness, Define(vendor, rotates: true)));
        Assert.Empty(vendor.TokenRequests);
    }

    [Fact]
    public async Task A_process_without_the_key_leaves_a_replaced_token_alone()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: false);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        await using var keyless = await PipelineHarness.CreateAsync(harness.Time, ("Storage:Prefix", harness.Prefix), (GivenSetting, "given-refresh-token"));
        Assert.StartsWith("Refused 0: The vendor replaces the refresh token", await AskAsync(keyless, source), StringComparison.Ordinal);
        Assert.Equal(OnlyGiven, vendor.TokenRequests);
    }

    [Fact]
    public async Task A_new_token_in_the_vault_begins_anew()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        vendor.Reset("made-by-hand");
        vendor.EndAccess();
        Assert.Equal(
            $"Refused 401: the token request to {vendor.BaseUrl}/token answered 400. Check the refresh token, which may have been revoked, or replaced when it was used; and the client id and secret.",
            await AskAsync(harness, source));
        harness.Configuration[GivenSetting] = "made-by-hand";
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        Assert.Equal("made-by-hand", vendor.TokenRequests[^1]);
    }

    [Fact]
    public async Task The_installations_key_is_changed_without_a_gap()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Configuration[KeySetting] = $"fedcba9876543210fedcba9876543210 {Key}";
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Configuration[KeySetting] = "fedcba9876543210fedcba9876543210";
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Configuration[KeySetting] = "00000000000000000000000000000000";
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Contains("is not in Messages__Key any more, or the row was changed", await AskAsync(harness, source), StringComparison.Ordinal);
        Assert.Equal(3, vendor.TokenRequests.Count);
    }

    [Theory]
    [InlineData("RefreshToken", "AAAA")]
    [InlineData("RefreshToken", "no base64!")]
    [InlineData("RefreshToken", 7)]
    [InlineData("AccessToken", "AAAA")]
    [InlineData("AccessEndsAt", "never")]
    [InlineData("TurnUntil", "never")]
    public async Task A_row_that_was_changed_is_told_or_costs_a_token_request(string column, object value)
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        var row = await RowAsync(harness);
        row[column] = value;
        await harness.Storage.Checkpoints.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        await using var next = harness.Another();
        var told = await AskAsync(next, source);
        if (column == "RefreshToken")
        {
            Assert.StartsWith("Refused 0: The refresh token that the vendor gave in place of the one in the vault cannot be read (table Checkpoints, _tokens/", told, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("Page of 0", told);
        }
    }

    [Fact]
    public async Task A_row_that_somebody_else_touched_meanwhile_does_not_lose_the_token()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        var source = Define(vendor, rotates: true);
        vendor.BeforeAnswer = () => TouchAsync(harness).GetAwaiter().GetResult();
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Page of 0", await AskAsync(harness, source));
        await using var next = harness.Another();
        harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Page of 0", await AskAsync(next, source));
        Assert.Equal(3, vendor.TokenRequests.Count);
    }

    [Fact]
    public async Task No_token_is_stored_as_it_is()
    {
        await using var vendor = await RotatingVendor.StartAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", Keyed);
        Assert.Equal("Page of 0", await AskAsync(harness, Define(vendor, rotates: true)));
        var dump = string.Join('\n', await StorageDump.OfAsync(harness));
        Assert.Contains("RefreshToken=", dump, StringComparison.Ordinal);
        foreach (var token in new[] { "given-refresh-token", vendor.Refresh, vendor.Access })
        {
            Assert.DoesNotContain(token, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(token)), dump, StringComparison.Ordinal);
        }
    }

    private static SourceDefinition Define(RotatingVendor vendor, bool rotates) => Pull.DefineYaml(
        vendor.BaseUrl,
        $$"""
        auth: { scheme: oauth2, grant: refresh_token, tokenUrl: /token, clientId: us, clientSecret: '{secret}', refreshToken: '{refresh}'{{(rotates ? ", rotates: true" : "")}} }
        request: { path: /events, query: { since: '{from}' } }
        parameters: { refresh: { description: Its refresh token., secret: true }, secret: { description: Its secret., secret: true } }
        time: at
        """,
        ("refresh", "secret:refresh"),
        ("secret", "secret:vendor"));

    private static async Task<string> AskAsync(PipelineHarness process, SourceDefinition source, CancellationToken cancellationToken = default) => Pull.Tell(
        await process.Get<VendorClient>().GetPageAsync(source, new PageQuery(Pull.From, process.Time.GetUtcNow(), null), cancellationToken));

    private static async Task<TableEntity> RowAsync(PipelineHarness harness)
    {
        await foreach (var row in harness.Storage.Checkpoints.QueryAsync<TableEntity>(row => row.PartitionKey == KeptTokens.Partition))
        {
            return row;
        }

        throw new InvalidOperationException("No token is kept.");
    }

    private static async Task TouchAsync(PipelineHarness harness)
    {
        var row = await RowAsync(harness);
        row["Note"] = "touched";
        await harness.Storage.Checkpoints.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Merge);
    }
}
