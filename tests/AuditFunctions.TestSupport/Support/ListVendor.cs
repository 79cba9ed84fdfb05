using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Support;

/// <summary>An event as a <see cref="ListVendor"/> lists it.</summary>
/// <param name="At">Where it stands in the list; not its written time, if that is odd.</param>
/// <param name="Json">Its bytes.</param>
internal sealed record Listed(DateTimeOffset At, string Json)
{
    /// <summary>An event with an id and a time that say the same.</summary>
    public static Listed Of(string id, DateTimeOffset at, DateTimeOffset? written = null, string more = "") =>
        new(at, string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{id}}","time":"{{written ?? at:yyyy-MM-ddTHH:mm:ssZ}}"{{more}}}"""));
}

/// <summary>
/// A vendor whose list a test writes and changes, and which answers what the test says where it says something: windows by <c>from</c> and <c>to</c>,
/// pages by <c>cursor</c> (a number of events), <c>order</c> and <c>limit</c>.
/// </summary>
internal sealed class ListVendor : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    private ListVendor(ScriptedServer server, List<Listed> events)
    {
        _server = server;
        Events = events;
    }

    /// <summary>What is listed. Change it between two polls only.</summary>
    public List<Listed> Events { get; }

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<ScriptedServer.Seen> Requests => _server.Requests;

    /// <summary>Starts one.</summary>
    /// <param name="events">What is listed.</param>
    /// <param name="instead">What to answer instead, by how many events the cursor skips (null on a first page) and how many are asked for.</param>
    /// <param name="sinceOnly">Whether <c>to</c> is passed over.</param>
    public static async Task<ListVendor> StartAsync(IEnumerable<Listed> events, Func<int?, int, ScriptedServer.Reply?>? instead = null, bool sinceOnly = false)
    {
        List<Listed> all = [.. events];
        return new ListVendor(await ScriptedServer.StartAsync(request => Answer(request, all, instead, sinceOnly)), all);
    }

    /// <summary>A row that reads it.</summary>
    public (string Column, string Value)[] Columns(Stage stage, string order = "asc", params (string Column, string Value)[] more) =>
        stage.GenericColumns(order, [("url", $"{_server.BaseUrl}/list"), .. more]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ScriptedServer.Reply Answer(ScriptedServer.Seen request, List<Listed> all, Func<int?, int, ScriptedServer.Reply?>? instead, bool sinceOnly)
    {
        var query = QueryHelpers.ParseQuery(new Uri("http://x" + request.PathAndQuery).Query);
        var limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        int? skip = query.TryGetValue("cursor", out var cursor) && cursor.ToString().Length > 0 ? int.Parse(cursor!, CultureInfo.InvariantCulture) : null;
        if (instead?.Invoke(skip, limit) is { } other)
        {
            return other;
        }

        var from = DateTimeOffset.Parse(query["from"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var to = sinceOnly ? DateTimeOffset.MaxValue : DateTimeOffset.Parse(query["to"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Listed[] found = [.. all.Where(one => one.At >= from && one.At < to)];
        found = query["order"].ToString() switch
        {
            "desc" => [.. found.OrderByDescending(one => one.At)],
            "asc" => [.. found.OrderBy(one => one.At)],
            _ => found,
        };
        var page = found.Skip(skip ?? 0).Take(limit).ToArray();
        var next = (skip ?? 0) + page.Length;
        var more = next < found.Length ? $"\"{next.ToString(CultureInfo.InvariantCulture)}\"" : "null";
        return new(200, $$"""{"data":[{{string.Join(',', page.Select(one => one.Json))}}],"next_cursor":{{more}}}""");
    }
}
