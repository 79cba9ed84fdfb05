using System.Text;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Tests.Cli;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Values encrypted by subject in the whole pipeline: hidden everywhere, restored by who may, gone with the subject's key.</summary>
public sealed class SubjectPipelineTests
{
    private const string Planted = "anna.planted@acme.example";
    private const string Key = "the-key-that-wraps";
    private const string List = "[ { action: encrypt-subject, subject: user, paths: [user, ip], key: secret:subjects } ]";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_encrypted_pseudonymised_or_redacted_stands_nowhere()
    {
        const string All = """
            - { action: encrypt-subject, subject: user, paths: [user, ip], key: secret:subjects }
            - { action: pseudonymise, paths: [peer], key: secret:subjects }
            - { action: redact, patterns: [email] }
            """;
        await using var vendor = await ListVendor.StartAsync(
        [
            Listed.Of("a", Start, more: $",\"user\":\"{Planted}\",\"ip\":\"planted 1\",\"peer\":\"planted 2\",\"text\":\"by {Planted}\""),
            Listed.Of(Planted, Start.AddSeconds(1), more: ",\"ip\":{\"planted\":1}"),
            Listed.Of("large", Start.AddSeconds(2), more: $",\"user\":\"{Planted}\",\"ip\":\"{string.Concat(Enumerable.Repeat("planted ", 10_000))}\""),
            new Listed(Start.AddSeconds(3), $$"""{"id":"broken","time":"2026-01-01T00:50:03Z","user":"{{Planted}}","x":nul}"""),
            .. Enumerable.Range(0, 300).Select(at => Listed.Of($"e{at}", Start.AddSeconds(4), more: $",\"user\":\"planted {at}\"")),
        ]);
        await using var stage = await StartAsync(vendor, All);
        await stage.Harness.AddDestinationAsync("small", ("type", "http"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("maxBodyBytes", "2000"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", All), ("destination", "splunk, small")]));
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAsync(Stage.Source);
            AssertHidden(await StorageDump.OfAsync(stage.Harness));
            await stage.Harness.ShipAllAsync();
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // What is too large for one of the destinations is a dead letter there, and so is what is not JSON.
        Assert.Equal(303 + 302, stage.Siem.RawEvents.Count);
        AssertHidden([.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)]);
        var everything = await StorageDump.OfAsync(stage.Harness);
        AssertHidden(everything);
        Assert.Contains(everything, text => text.Contains("\"id\":\"large\"", StringComparison.Ordinal));
        Assert.Contains(everything, text => text.Contains("subject-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_another_process_repeats_gives_the_same_batches_across_a_rotation_of_the_key()
    {
        var list = List.Replace("key: secret:subjects", $"keys: [ {{ id: a, key: secret:subjects }}, {{ id: b, key: secret:pseudonyms, from: {Start.AddSeconds(15):O} }} ]", StringComparison.Ordinal);
        await using var vendor = await ListVendor.StartAsync([.. Enumerable.Range(0, 30).Select(at => Listed.Of($"e{at}", Start.AddSeconds(at), more: ",\"user\":\"anna\",\"ip\":1"))]);
        await using var stage = await StartAsync(vendor, list);
        await stage.Harness.FetchAsync(Stage.Source);
        await stage.Harness.Checkpoints.RemoveAsync(Stage.Source, default);
        await using var other = stage.Harness.Another();
        await other.FetchAsync(Stage.Source);
        await other.ShipAllAsync();
        string[] arrived = [.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)];
        Assert.Equal((30, 30), (arrived.Length, arrived.Distinct().Count()));
        Assert.Equal((15, 15), (arrived.Count(text => text.Contains("enc:v1:a:", StringComparison.Ordinal)), arrived.Count(text => text.Contains("enc:v1:b:", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task When_the_keys_cannot_be_read_no_event_goes_on_until_they_can()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: $",\"user\":\"{Planted}\"")]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting, ("AUDIT_SECRET_SUBJECTS", Key));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List)]));
        var end = storage.All(StorageFault.Busy, Calls.To("SubjectKeys"));
        await Assert.ThrowsAnyAsync<Exception>(() => stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(0, await stage.Harness.ShipAllAsync());
        Assert.Equal(0, stage.Siem.Received);
        AssertHidden(await DumpAsync(stage, end));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(1, stage.Siem.CountOf("a"));
        AssertHidden([.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)]);
    }

    [Fact]
    public async Task Of_many_that_make_a_key_at_once_one_wins_and_a_forgotten_subject_gets_none_again()
    {
        await using var vendor = await ListVendor.StartAsync([]);
        await using var stage = await StartAsync(vendor, List);
        var id = SubjectId.Of(new SecretName("subjects"), Encoding.UTF8.GetBytes(Key), "anna", ignoreCase: false);
        var secret = Encoding.UTF8.GetBytes(Key);
        var stores = Enumerable.Range(0, 10).Select(_ => new SubjectKeyStore(stage.Harness.Storage, TimeProvider.System)).ToArray();
        var keys = await Task.WhenAll(stores.Select(store => store.GetAsync(id, secret, default)));
        var tag = Assert.Single(keys.Select(key => key.Tag).Distinct());
        Assert.NotNull(await stores[0].FindByTagAsync(id.Secret, secret, tag, default));
        await Assert.ThrowsAsync<SecretException>(() => stores[0].GetAsync(id, "another value"u8.ToArray(), default));

        Assert.Single(await Task.WhenAll(stores.Select(store => store.ForgetAsync(id, secret, default))), destroyed => destroyed);
        Assert.True((await stores[0].GetAsync(id, secret, default)).IsDestroyed);
        Assert.Null(await stores[0].FindByTagAsync(id.Secret, secret, tag, default));
        Assert.DoesNotContain(await StorageDump.OfAsync(stage.Harness), row => row.Contains(tag, StringComparison.Ordinal) || row.Contains(" Key=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_are_restored_until_the_subject_is_forgotten_and_later_events_say_nothing_of_him()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: ",\"user\":\"anna\",\"ip\":[1, 2]"), Listed.Of("b", Start, more: ",\"user\":\"ben\"")]);
        await using var stage = await StartAsync(vendor, List);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        using var run = await CliRun.OnStorageAsync();
        run.Set("Storage:Prefix", stage.Harness.Prefix);
        run.Set("AUDIT_SECRET_SUBJECTS", Key);
        run.Write("export.jsonl", string.Join('\n', stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)) + "\nno \"enc:v1:1:ab:cd\" of ours\n");

        var all = await run.DoneAsync("subjects", "decrypt", "export.jsonl");
        Assert.Contains("\"user\":\"anna\",\"ip\":[1, 2]", all.Output, StringComparison.Ordinal);
        Assert.Contains("\"user\":\"ben\"", all.Output, StringComparison.Ordinal);
        Assert.StartsWith("3 values restored; 1 stay encrypted", all.Error, StringComparison.Ordinal);
        Assert.NotEqual("", (await run.DoneAsync("subjects", "show", "anna", "--json")).Json.GetProperty("keys")[0].GetProperty("tag").GetString());
        Assert.Contains("has no data key", (await run.DoneAsync("subjects", "show", "carl")).Error, StringComparison.Ordinal);

        Assert.Contains("add --yes", (await run.RunAsync("subjects", "forget", "anna")).Error, StringComparison.Ordinal);
        Assert.StartsWith("1 data key destroyed", (await run.DoneAsync("subjects", "forget", "anna", "--yes")).Output, StringComparison.Ordinal);
        Assert.StartsWith("the subject had no data key", (await run.DoneAsync("subjects", "forget", "anna", "--key", "subjects", "--yes")).Output, StringComparison.Ordinal);
        var rest = await run.DoneAsync("subjects", "decrypt", "export.jsonl");
        Assert.StartsWith("1 value restored; 3 stay encrypted", rest.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", rest.Output, StringComparison.Ordinal);
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, (await run.DoneAsync("subjects", "show", "anna", "--json")).Json.GetProperty("keys")[0].GetProperty("forgottenAt").ValueKind);

        vendor.Events.Add(Listed.Of("late", Start.AddMinutes(4), more: ",\"user\":\"anna\""));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains("\"user\":\"enc:forgotten\"", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_forgotten_is_so_although_a_clock_was_put_back_since_his_key_was_read()
    {
        await using var vendor = await ListVendor.StartAsync([]);
        await using var stage = await StartAsync(vendor, List);
        var time = new ManualTime();
        var store = new SubjectKeyStore(stage.Harness.Storage, time);
        var cache = new SubjectKeyCache(store, time);
        var secret = Encoding.UTF8.GetBytes(Key);
        var id = SubjectId.Of(new SecretName("subjects"), secret, "anna", ignoreCase: false);
        var page = new PageSubjects(cache.Known);
        Assert.Null(page.Find(id));
        await cache.LoadAsync(page, new Dictionary<SecretName, byte[]> { [id.Secret] = secret }, default);
        Assert.NotNull(cache.Known(id));

        Assert.True(await store.ForgetAsync(id, secret, default));
        time.SetBack(TimeSpan.FromDays(1));
        Assert.Null(cache.Known(id));
    }

    private static async Task<List<string>> DumpAsync(Stage stage, Action end)
    {
        end();
        return await StorageDump.OfAsync(stage.Harness);
    }

    private static void AssertHidden(List<string> everything)
    {
        Assert.NotEmpty(everything);
        Assert.DoesNotContain(everything, text => text.Contains("planted", StringComparison.OrdinalIgnoreCase) || text.Contains(Key, StringComparison.Ordinal));
    }

    private static async Task<Stage> StartAsync(ListVendor vendor, string list)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("AUDIT_SECRET_SUBJECTS", Key), ("AUDIT_SECRET_PSEUDONYMS", "another key, of pseudonyms"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", list)]));
        return stage;
    }
}
