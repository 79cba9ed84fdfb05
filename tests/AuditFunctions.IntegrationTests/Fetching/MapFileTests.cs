using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A mapping in a lookup file, from the container on, and events that none of its rules is for.</summary>
public sealed class MapFileTests
{
    private const string Mapping = """
        schema: ecs
        fields: { user.name: user }
        rules:
          - when: { path: action, equals: login }
            fields: { event.category: { value: [authentication] } }
        """;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    /// <summary>What becomes of an event without a rule: a base event, the event as it came, or nothing.</summary>
    [Theory]
    [InlineData("base", "pass", "\"event\":{", "\"original\":")]
    [InlineData("fail", "pass", "{\"id\":\"other\"", "\"action\":\"delete\",\"user\":\"ben\"}")]
    [InlineData("fail", "drop", null, null)]
    public async Task Events_without_a_rule_become_what_the_entry_says(string unmatched, string onError, string? start, string? holds)
    {
        await using var vendor = await ListVendor.StartAsync([Event("known", "login", "anna", 0), Event("other", "delete", "ben", 1)]);
        await using var stage = await StartAsync(vendor, unmatched, onError);
        await PutAsync(stage, Mapping);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        string[] arrived = [.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)];
        var known = Assert.Single(arrived, text => text.Contains("\"anna\"", StringComparison.Ordinal));
        Assert.Contains("\"category\":[\"authentication\"]", known, StringComparison.Ordinal);
        Assert.Equal(start is null ? 1 : 2, arrived.Length);
        Assert.Equal(start is not null, arrived.Any(text => text.Contains(start ?? "ben", StringComparison.Ordinal) && text.Contains(holds ?? "ben", StringComparison.Ordinal) && text != known));
        Assert.Equal(unmatched == "fail" ? 1 : 0, stage.Harness.Log.Of(2026).Count(line => line.Contains("no rule of the mapping is for the event", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "lookup file 'own.yaml' is missing")]
    [InlineData("schema: ecs\nrules: 7", "lookup file 'own.yaml'")]
    [InlineData("schema: ecs\nfields: { user.nickname: user }\nrules: []", "lookup file 'own.yaml'")]
    public async Task A_mapping_that_is_missing_or_wrong_is_reported_and_events_go_on_as_they_came(string? mapping, string reason)
    {
        await using var vendor = await ListVendor.StartAsync([Event("known", "login", "anna", 0)]);
        await using var stage = await StartAsync(vendor, "base", "pass");
        if (mapping is not null)
        {
            await PutAsync(stage, mapping);
        }

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains(vendor.Events[0].Json, Encoding.UTF8.GetString(Assert.Single(stage.Siem.RawEvents)), StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Single(stage.Harness.Log.Of(2026)), StringComparison.Ordinal);
    }

    private static Listed Event(string id, string action, string user, int second) => Listed.Of(id, Start.AddSeconds(second), more: $",\"action\":\"{action}\",\"user\":\"{user}\"");

    private static async Task<Stage> StartAsync(ListVendor vendor, string unmatched, string onError)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        var list = $"{{ onError: {onError}, list: [ {{ action: map, file: own.yaml, unmatched: {unmatched} }} ] }}";
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", list)]));
        return stage;
    }

    private static async Task PutAsync(Stage stage, string text)
    {
        await stage.Harness.Storage.Lookups.CreateIfNotExistsAsync();
        await stage.Harness.Storage.Lookups.GetBlobClient("own.yaml").UploadAsync(BinaryData.FromString(text), overwrite: true);
    }
}
