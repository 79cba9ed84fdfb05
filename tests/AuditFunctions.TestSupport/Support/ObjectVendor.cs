using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Support;

/// <summary>A vendor that lists objects, a page of so many after the other, by <c>cursor</c>. A test changes them between two listings.</summary>
internal sealed class ObjectVendor : IAsyncDisposable
{
    private readonly int _pageSize;
    private ScriptedServer _server = null!;

    private ObjectVendor(List<string> objects, int pageSize) => (Objects, _pageSize) = (objects, pageSize);

    /// <summary>What is listed: the objects' JSON.</summary>
    public List<string> Objects { get; }

    /// <summary>What to answer instead, by how many objects the cursor skips.</summary>
    public Func<int, ScriptedServer.Reply?>? Instead { get; set; }

    public static async Task<ObjectVendor> StartAsync(IEnumerable<string> objects, int pageSize = 2)
    {
        var vendor = new ObjectVendor([.. objects], pageSize);
        vendor._server = await ScriptedServer.StartAsync(vendor.Answer);
        return vendor;
    }

    /// <summary>An object: its key, and a text that changes.</summary>
    public static string Of(string id, string text, string more = "") => $$"""{"id":"{{id}}","profile":{"text":"{{text}}","same":1}{{more}}}""";

    /// <summary>A row that lists it.</summary>
    public (string Column, string Value)[] Columns(string changes, string more = "") =>
    [
        ("destination", Stage.Destination), ("baseUrl", _server.BaseUrl),
        ("definition", $$"""
            baseUrl: https://acme.example
            request: { path: /objects, query: { cursor: "{cursor}" } }
            paging: { kind: cursor, path: next }
            events: { path: data }
            snapshot: { key: id, changes: {{changes}}{{more}} }
            timing: { interval: 1h }
            """),
    ];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private ScriptedServer.Reply Answer(ScriptedServer.Seen request)
    {
        var query = QueryHelpers.ParseQuery(new Uri("http://x" + request.PathAndQuery).Query);
        var skip = query.TryGetValue("cursor", out var cursor) ? int.Parse(cursor!, CultureInfo.InvariantCulture) : 0;
        if (Instead?.Invoke(skip) is { } other)
        {
            return other;
        }

        var next = skip + _pageSize < Objects.Count ? $"\"{(skip + _pageSize).ToString(CultureInfo.InvariantCulture)}\"" : "null";
        return new(200, $$"""{"data":[{{string.Join(',', Objects.Skip(skip).Take(_pageSize))}}],"next":{{next}}}""");
    }
}
