using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sources;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Crashes;

/// <summary>Two partitions that were listed before and have changed since, with a table and with a processor.</summary>
internal static class PartitionSweep
{
    private const string Mail = "planted@acme.example";

    private static readonly PartitionId[] Partitions = [new(SmallRun.Source, "eu"), new(SmallRun.Source, "us")];

    /// <summary>Makes the work.</summary>
    public static async Task<SmallWork> PrepareAsync(Installation installation, CancellationToken ct)
    {
        var objects = new Dictionary<string, List<string>>(StringComparer.Ordinal)
        {
            ["eu"] = [Of("e1", "1"), Of("e2", "1"), Of("e3", "1")],
            ["us"] = [Of("u1", "1"), Of("u2", "1"), Of("u3", "1")],
        };
        var vendor = await ScriptedServer.StartAsync(request => Page(request, objects));
        await installation.AddSourceAsync(
            SmallRun.Source,
            ("destination", SmallRun.Destination), ("baseUrl", vendor.BaseUrl),
            ("definition", """
                baseUrl: https://acme.example
                partitions: { unit: { values: [eu, us] } }
                request: { path: /objects, query: { unit: "{partition.unit}", cursor: "{cursor}" } }
                paging: { kind: cursor, path: next }
                events: { path: data }
                snapshot: { key: id, changes: diff, keep: [id, text] }
                timing: { interval: 1h }
                processors: [ { action: redact, patterns: [email] } ]
                """));
        await SmallRun.PollAsync(installation, ct);
        objects["eu"][0] = Of("e1", "2");
        objects["eu"].RemoveAt(2);
        objects["us"].Add(Of("u4", "1"));
        objects["us"].RemoveAt(0);
        await SmallRun.MakeDueAsync(installation, ct, Partitions);
        return new SmallWork(["added u4", "changed e1", "removed e3", "removed u1"], Shown, vendor) { Check = TableAsync, Partitions = Partitions };
    }

    private static async Task<IReadOnlyList<string>> TableAsync(Installation installation, CancellationToken ct)
    {
        var blob = await installation.Storage.Lookups.GetBlobClient("snapshot-acme.jsonl").DownloadContentAsync(ct);
        string[] rows = [.. blob.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        return rows.SequenceEqual([Of("e1", "2"), Of("e2", "1"), Of("u2", "1"), Of("u3", "1"), Of("u4", "1")]) ? [] : [$"the table is {string.Join(' ', rows)}"];
    }

    private static string Shown(byte[] raw)
    {
        using var document = JsonDocument.Parse(raw);
        var change = document.RootElement;
        var plain = Encoding.UTF8.GetString(raw).Contains(Mail, StringComparison.Ordinal) ? " in plain text" : "";
        return $"{change.GetProperty("change").GetString()} {change.GetProperty("key").GetString()}{plain}";
    }

    private static string Of(string id, string text) => $$"""{"id":"{{id}}","text":"{{text}} of {{Mail}}"}""";

    private static ScriptedServer.Reply Page(ScriptedServer.Seen request, Dictionary<string, List<string>> objects)
    {
        var query = QueryHelpers.ParseQuery(new Uri("http://x" + request.PathAndQuery).Query);
        var all = objects[query["unit"].ToString()];
        var skip = query.TryGetValue("cursor", out var cursor) && int.TryParse(cursor, CultureInfo.InvariantCulture, out var at) ? at : 0;
        var next = skip + 2 < all.Count ? $"\"{(skip + 2).ToString(CultureInfo.InvariantCulture)}\"" : "null";
        return new(200, $$"""{"data":[{{string.Join(',', all.Skip(skip).Take(2))}}],"next":{{next}}}""");
    }
}
