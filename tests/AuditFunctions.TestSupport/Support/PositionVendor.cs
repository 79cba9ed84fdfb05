using System.Globalization;

namespace AuditFunctions.Tests.Support;

/// <summary>
/// A vendor that keeps the position of whoever asks and moves it with each answer: a number sets it, <c>next</c> moves it on, <c>resend</c> gives the last
/// answer again. What was moved past and is not asked for again never comes back.
/// </summary>
internal sealed class PositionVendor : IAsyncDisposable
{
    private const int Batch = 3;
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 10, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Start, int Count)> _last = [];
    private ScriptedServer _server = null!;
    private int _asked;

    /// <summary>How many events there are.</summary>
    public int Events { get; set; }

    /// <summary>What happens once the position has moved and before the answer goes out; gets the number of the request, and gives another answer or null.</summary>
    public Func<int, ScriptedServer.Reply?> BeforeAnswer { get; set; } = _ => null;

    /// <summary>The operations that were asked for under the name of a run, but for the instants: those are <c>from</c>.</summary>
    public IEnumerable<string> Operations => Of("siem");

    /// <summary>The ids of all events.</summary>
    public IEnumerable<string> Ids => Enumerable.Range(0, Events).Select(at => $"e{at}");

    public static async Task<PositionVendor> StartAsync(int events)
    {
        var vendor = new PositionVendor { Events = events };
        vendor._server = await ScriptedServer.StartAsync(vendor.Answer);
        return vendor;
    }

    /// <summary>The columns of a row for it.</summary>
    public (string Column, string Value)[] Columns(string destination) =>
    [
        ("definition", $$"""
            baseUrl: {{_server.BaseUrl}}
            request: { path: /export, query: { name: "siem{consumer}", operation: "{from:unix-s}" } }
            next: { path: /export, query: { name: "siem{consumer}", operation: "{cursor}" } }
            paging: { kind: server-position, next: next, again: resend, wait: wait }
            progress: cursor
            events: { path: result }
            id: id
            time: time
            """),
        ("interval", "1m"),
        ("since", "2026-01-01T00:00:00Z"),
        ("destination", destination),
    ];

    /// <summary>The operations that were asked for under a name.</summary>
    public IEnumerable<string> Of(string name) => _server.Requests.Select(request => Query(request.PathAndQuery))
        .Where(query => query["name"] == name).Select(query => char.IsDigit(query["operation"][0]) ? "from" : query["operation"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Dictionary<string, string> Query(string pathAndQuery) =>
        pathAndQuery.Split('?', 2)[1].Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private ScriptedServer.Reply Answer(ScriptedServer.Seen seen)
    {
        var query = Query(seen.PathAndQuery);
        (int Start, int Count) given;
        int number;
        lock (_gate)
        {
            number = ++_asked;
            var last = _last.GetValueOrDefault(query["name"]);
            var start = query["operation"] switch { "next" => last.Start + last.Count, "resend" => last.Start, _ => 0 };
            given = query["operation"] == "resend" ? last : (start, Math.Min(Batch, Events - start));
            _last[query["name"]] = given;
        }

        if (BeforeAnswer(number) is { } other)
        {
            return other;
        }

        var events = Enumerable.Range(given.Start, given.Count).Select(at => Listed.Of($"e{at}", First.AddSeconds(at)).Json);
        return given.Count == 0 ? new(204, "") : new(200, string.Create(CultureInfo.InvariantCulture, $$"""{"wait":0,"result":[{{string.Join(',', events)}}]}"""));
    }
}
