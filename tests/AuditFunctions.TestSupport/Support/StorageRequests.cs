using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Azure.Core.Diagnostics;

namespace AuditFunctions.Tests.Support;

/// <summary>Counts the requests to storage of this process, as the storage clients report each of them when it goes out.</summary>
internal static class StorageRequests
{
    private static readonly ConcurrentQueue<(string Method, string Uri)> Seen = new();

    private static readonly AzureEventSourceListener Listener = new(
        (args, _) =>
        {
            if (args.EventName == "Request")
            {
                Seen.Enqueue((ValueOf(args, "method"), ValueOf(args, "uri")));
            }
        },
        EventLevel.Informational);

    /// <summary>Starts listening, at the latest now.</summary>
    public static void Start() => GC.KeepAlive(Listener);

    /// <summary>The requests so far to a table, queue or container of an installation, as <c>GET</c>, <c>POST</c> and so on.</summary>
    public static IReadOnlyList<string> To(string name) =>
        [.. Seen.Where(request => IsTo(request.Uri, name)).Select(request => request.Method)];

    /// <summary>The requests so far to all tables, queues and containers of an installation, in order.</summary>
    public static IReadOnlyList<(string Method, string Uri)> OfInstallation(string prefix) =>
        [.. Seen.Where(request => request.Uri.IndexOf("/" + prefix, StringComparison.Ordinal) is >= 0 and var at && !char.IsAsciiDigit(request.Uri[at + prefix.Length + 1]))];

    private static bool IsTo(string uri, string name)
    {
        var at = uri.IndexOf("/" + name, StringComparison.Ordinal);
        return at >= 0 && (at + name.Length + 1 == uri.Length || uri[at + name.Length + 1] is '(' or '/' or '?');
    }

    private static string ValueOf(EventWrittenEventArgs args, string name)
    {
        var at = args.PayloadNames?.IndexOf(name) ?? -1;
        return at < 0 ? "" : args.Payload?[at]?.ToString() ?? "";
    }
}
