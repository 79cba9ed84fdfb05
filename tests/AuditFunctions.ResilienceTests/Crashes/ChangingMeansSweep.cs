using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Crashes;

/// <summary>
/// Three pages with a lookup, pseudonyms of two keys and a memory of repeats. The lookup file is replaced when the process is dead: whatever was in flight
/// must be repeated as it was.
/// </summary>
internal static class ChangingMeansSweep
{
    private static readonly string[] Users = ["anna", "ben", "carl"];

    /// <summary>Makes the work.</summary>
    public static async Task<SmallWork> PrepareAsync(Installation installation, CancellationToken ct)
    {
        var vendor = await ScriptedServer.StartAsync(request => Page(request.PathAndQuery));
        await PutAsync(installation, "before", ct);
        await SmallRun.AddSourceAsync(installation, vendor.BaseUrl, """
            processors:
              - { action: lookup, path: user, into: dept, file: staff.csv, key: user, column: dept }
              - { action: dedupe, paths: [user, kind], within: 1h }
              - action: pseudonymise
                paths: [user]
                keys:
                  - { id: old, key: secret:oldkey }
                  - { id: new, key: secret:newkey, from: 2026-01-01T00:11:00Z }
            """);

        // By event, in which forms it arrived.
        var forms = new ConcurrentDictionary<string, ConcurrentDictionary<string, bool>>(StringComparer.Ordinal);
        string[] expected = [.. Enumerable.Range(0, 9).Where(at => at != 4).Select(at => $"e{at} {(at < 3 ? "old" : "new")}")];
        return new SmallWork(expected, raw => Shown(raw, forms), vendor)
        {
            Meanwhile = (other, stop) => PutAsync(other, "after", stop),
            Check = (_, _) => Task.FromResult<IReadOnlyList<string>>([.. forms.Where(one => one.Value.Count != 1).Select(one => $"{one.Key} arrived as {string.Join(" and ", one.Value.Keys)}")]),
        };
    }

    private static string Shown(byte[] raw, ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> forms)
    {
        using var document = JsonDocument.Parse(raw);
        var (id, user) = (document.RootElement.GetProperty("id").GetString()!, document.RootElement.GetProperty("user").GetString()!);
        forms.GetOrAdd(id, _ => new(StringComparer.Ordinal))[Encoding.UTF8.GetString(raw)] = true;
        return $"{id} {user.Split(':')[0]}";
    }

    // Three pages of three, a minute apart; of the second page one event says what its first says.
    private static ScriptedServer.Reply Page(string path)
    {
        var at = path.Contains("cursor=1", StringComparison.Ordinal) ? 1 : path.Contains("cursor=2", StringComparison.Ordinal) ? 2 : 0;
        var events = Enumerable.Range(at * 3, 3).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"e{{number}}","time":"2026-01-01T00:1{{at}}:00Z","user":"{{Users[number == 4 ? 0 : number % 3]}}","kind":"{{at}}"}"""));
        return new(200, $$"""{"data":[{{string.Join(',', events)}}],"next":{{(at < 2 ? $"\"{at + 1}\"" : "null")}}}""");
    }

    private static async Task PutAsync(Installation installation, string dept, CancellationToken ct)
    {
        await installation.Storage.Lookups.CreateIfNotExistsAsync(cancellationToken: ct);
        await installation.Storage.Lookups.GetBlobClient("staff.csv").UploadAsync(
            BinaryData.FromString("user,dept\n" + string.Join('\n', Users.Select(user => $"{user},{dept}"))), overwrite: true, ct);
    }
}
