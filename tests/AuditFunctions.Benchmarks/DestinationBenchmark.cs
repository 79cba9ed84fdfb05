using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Events;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Benchmarks;

/// <summary>What framing, compressing and sending to each kind of destination costs on loopback, beside HEC in the same minute.</summary>
internal static class DestinationBenchmark
{
    private const int PageEvents = 1000;
    private const int Repeats = 5;
    private const int WarmUps = 3;

    // What has no URL. On loopback nobody protects anything; events are longer than what syslog takes by itself.
    private static readonly Dictionary<string, (string Address, (string Column, string Value)[] More)> NotOnHttp = new(StringComparer.Ordinal)
    {
        ["syslog"] = ("address", [("transport", "tcp"), ("maxMessageBytes", "65536")]),
        ["kafka"] = ("servers", [("auth", "none"), ("tls", "false")]),
    };

    /// <summary>Prints CPU-seconds per million events, and how many times HEC's that is: the median of pairs.</summary>
    public static async Task RunAsync(int pages, string[] kinds)
    {
        var page = CutBenchmark.OktaPage(PageEvents);
        using var cut = new CutPage();
        PageCutter.Cut(page, new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("uuid"), JsonPath.Parse("published")], []), cut);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        var folder = Directory.CreateTempSubdirectory("auditfn-benchmark-");
        try
        {
            using var nowhere = new SharedOutput(() => Stream.Null);
            var services = new SenderServices(() => http, _ => throw new NotSupportedException("No token is asked for."), TimeProvider.System) { FileFolder = folder.FullName, Output = nowhere };
            await using var hec = await Run.StartAsync("splunk-hec", services);
            Console.WriteLine($"{pages * PageEvents:n0} events a run, {Repeats} pairs");
            foreach (var kind in DestinationCatalog.Types.Select(type => type.Name).Where(name => kinds.Length == 0 || kinds.Contains(name)))
            {
                await using var run = await Run.StartAsync(kind, services);
                var (costs, ratios) = (new List<double>(), new List<double>());
                for (var repeat = -WarmUps; repeat < Repeats; repeat++)
                {
                    var (first, second) = (await hec.CostAsync(page, cut, pages), await run.CostAsync(page, cut, pages));
                    if (repeat >= 0)
                    {
                        costs.Add(second);
                        ratios.Add(second / first);
                    }
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-20} {costs.Order().ElementAt(Repeats / 2),6:N2} {ratios.Order().ElementAt(Repeats / 2),6:N2}"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Run(Child sink, DestinationDefinition destination, ISender sender) : IAsyncDisposable
    {
        private readonly Dictionary<string, SecretText> _secrets = destination.Secrets.Keys.Append(EntraToken.Key)
            .ToDictionary(column => column, column => new SecretText(column == "serviceAccount" ? GoogleKeys.FileOf("key") : "secret"));

        public static async Task<Run> StartAsync(string kind, SenderServices services)
        {
            var sink = await Child.StartProgramAsync("AuditFunctions.Benchmarks", "sink", kind);
            var type = DestinationCatalog.Types.Single(type => type.Name == kind);
            var columns = TableRow.NewColumns();
            columns["type"] = kind;
            foreach (var column in DestinationCatalog.ColumnsOf(type).Where(column => column.Required || column.Name == "url" || (type.UsualColumns.Contains(column.Name) && !NotOnHttp.ContainsKey(kind))))
            {
                columns[column.Name] = column.Name == "url" ? UrlOf(kind, sink.Ready.GetProperty("url").GetString()!) : column.Secret ? "secret:x" : column.Example ?? column.Default!;
            }

            if (NotOnHttp.TryGetValue(kind, out var own))
            {
                columns[own.Address] = sink.Ready.GetProperty("url").GetString()!;
                foreach (var (column, value) in own.More)
                {
                    columns[column] = value;
                }
            }

            // QRadar has either.
            if (columns.ContainsKey("url"))
            {
                columns.Remove("address");
            }

            var problems = new Problems();
            var destination = DestinationCatalog.Read(new TableRow("dest", columns), problems) ?? throw new InvalidOperationException($"{kind}: {string.Join(' ', problems.Found)}");
            return new Run(sink, destination, destination.CreateSender(services));
        }

        public async Task<double> CostAsync(byte[] page, CutPage cut, int pages)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var at = 0; at < pages; at++)
            {
                foreach (var body in Pack(page, cut))
                {
                    using (body)
                    {
                        var sent = new SendBody(body.BatchId, body.Gzip, body.RawBytes, body.Events, DateTimeOffset.UnixEpoch) { Origin = new BodyContext("okta-prod", "default"), Day = "20260131" };
                        if (await sender.SendAsync(sent, _secrets, CancellationToken.None) is not SendResult.Accepted and var result)
                        {
                            throw new InvalidOperationException($"{destination.Type}: {result}");
                        }
                    }
                }
            }

            return (Environment.CpuUsage.TotalTime - before).TotalSeconds / pages / PageEvents * 1e6;
        }

        public async ValueTask DisposeAsync()
        {
            await sender.DisposeAsync();
            await sink.DisposeAsync();
        }

        private static string UrlOf(string kind, string url) => kind is "azure-blob" or "event-hubs" or "service-bus" or "http" ? url + "audit" : url;

        private List<PackedBody> Pack(byte[] page, CutPage cut)
        {
            var bodies = new List<PackedBody>();
            using var packer = new BodyPacker(destination.Format, new BodyContext("okta-prod", "default"), "dest");
            for (var at = 0; at < cut.Count; at++)
            {
                var (slice, id) = (cut[at], cut.EventField(at, 0));
                var view = new EventView { Bytes = page.AsSpan(slice.Start, slice.Length), Id = page.AsSpan(id.Start, id.Length), Time = DateTimeOffset.UnixEpoch.AddSeconds(at) };
                if (packer.Add(view, out _) is { } full)
                {
                    bodies.Add(full);
                }
            }

            if (packer.Finish() is { } last)
            {
                bodies.Add(last);
            }

            return bodies;
        }
    }
}
