using System.Globalization;
using System.IO.Compression;
using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Vendors whose few kilobytes become a lot of memory, fourteen at once, in a process of its own that is measured by the kernel.</summary>
public sealed class HostileMemoryTests(ITestOutputHelper output)
{
    private const int Hostile = 14;
    private const int Polls = 5;
    private const long MostResident = 400L << 20;

    // A table or markup stands beside the page that is made of it, and that page is a longer one.
    private const long MostResidentShaped = 450L << 20;

    // Each a page of 15 to 140 MB that is some kilobytes on the wire.
    private static readonly (string Start, string Repeated, int Times, string End)[] Bombs =
    [
        ("""{"data":[{"id":0}""", """,{"id":1234567}""", 5_000_000, "]}"),     // tiny events
        ("""{"data":[1""", ",1", 12_000_000, "]}"),                              // numbers
        ("""{"data":[{}""", ",{}", 5_000_000, "]}"),
        ("""{"data":[{"id":0}""", """,{"id" 1}""", 5_000_000, "]}"),            // bad ones
        ("""{"data":[{"id":0}""", """,{"id":7}""", 90_000, "]}"),                // as many as a page may just hold, without a time
        ("""{"data":[{"id":""" + "\"", "0123456789", 12_000_000, "\"}]}"),      // one of 120 MB
        ("", " ", 140_000_000, ""),                                              // larger than a page may be
    ];

    private const string Json = "events: { path: data }\nid: id\ntime: at";
    private const string Csv = "events: { format: csv }\nid: id\ntime: at";
    private const string Xml = "events: { format: xml, path: l.e }\nid: id\ntime: at";
    private const string Lists = "events: { path: [data, other] }\nid: id\ntime: at";

    // The same as tables, markup, lines and lists of other forms.
    private static readonly (string Events, (string Start, string Repeated, int Times, string End) Page)[] Shaped =
    [
        (Csv, ("id,at,x\n1,2026-01-01T00:00:00Z,\"", "0123456789", 6_000_000, "\"\n")),                               // one cell of 60 MB
        (Csv, ("id,at\n", ",", 60_000_000, "\n")),                                                                     // 60 million columns
        (Csv, ("id,at,x\n", "1,2,\"" + new string('"', 30_000) + "\"\n", 2_000, "")),                                  // cells that are escaped
        (Csv, ("id,at\n", "1,2\n", 12_000_000, "")),
        (Xml, ("<l>", "<e>", 12_000_000, "")),                                                                          // nesting
        (Xml, ("<l>", "<e a='1' b='2'/>", 300_000, "</l>")),
        (Lists, ("{\"data\":[1", ",1", 12_000_000, "]}")),
        (Csv, ("id,at,x\n", "1,2,\"" + new string('x', 3_900_000) + "\"\n", 15, "")),                                   // rows that are just short enough
        (Xml, ("<l>", "<e>" + new string('x', 1_000) + "</e>", 60_000, "</l>")),
        (Xml, ("<l><e>", "0123456789", 6_000_000, "</e></l>")),                                                         // one text of 60 MB
        (Xml, ("<l><e a='", "0123456789", 6_000_000, "'/></l>")),                                                       // one attribute
        ("events: { format: lines }\nid: line\ntime: at", ("", "0123456789", 6_000_000, "\n")),                                   // one line
        (Lists, ("{\"data\":[\"{\\\"id\\\":\\\"", "0123456789", 6_000_000, "\\\"}\"]}")),                           // JSON in a text
        (Lists, ("{\"data\":[{\"id\":0}", ",{\"id\":1234567}", 3_500_000, "]}")),
    ];

    [Theory]
    [InlineData("", false)]            // the memory of this machine
    [InlineData("0x14000000", false)]  // 320 MB for the heap, about a container of 512 MB
    [InlineData("0x14000000", true)]
    public async Task Fourteen_hostile_vendors_do_not_fill_the_memory_and_hold_up_nobody(string heapLimit, bool isShaped)
    {
        var asked = new int[Hostile];
        var told = 0;
        (string Events, byte[] Page)[] pages = isShaped ? [.. Shaped.Select(bomb => (bomb.Events, Gzip(bomb.Page)))] : [.. Bombs.Select(bomb => (Json, Gzip(bomb)))];
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CancellationToken.None);
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            if (request.PathAndQuery.StartsWith("/good", StringComparison.Ordinal))
            {
                var number = Interlocked.Increment(ref told);
                var at = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                return new(200, $$"""{"data":[{"id":"e{{number}}","at":"{{at}}"}]}""");
            }

            var bomb = int.Parse(request.PathAndQuery[2..request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            Interlocked.Increment(ref asked[bomb]);
            return new(200, "", ("Content-Encoding", "gzip")) { Bytes = pages[bomb % pages.Length].Page };
        });
        await using var installation = await Installation.CreateAsync(("Host:FetchConcurrency", "16"), ("Fetching:MaxPerVendor", "15"), ("ScheduleCron", "*/5 * * * * *"));
        await installation.AddSplunkAsync("siem", siem.BaseUrl);
        for (var bomb = 0; bomb < Hostile; bomb++)
        {
            await AddAsync(installation, vendor, $"hostile{bomb}", $"/b{bomb}", pages[bomb % pages.Length].Events);
        }

        await AddAsync(installation, vendor, "good", "/good", Json);
        KeyValuePair<string, string?>[] limit = heapLimit.Length == 0 ? [] : [new("DOTNET_GCHeapHardLimit", heapLimit)];
        await using var process = AuditfnProcess.Start([.. installation.Environment, .. limit], "run");
        try
        {
            await Stage.UntilAsync(() => siem.Received >= Polls && asked.All(times => times >= 2));
        }
        finally
        {
            output.WriteLine($"{siem.Received} events of the good one, asked for {string.Join(' ', asked)}, {await PeakAsync(process.Id) >> 20} MB");
        }

        Assert.InRange(await PeakAsync(process.Id), 1, isShaped ? MostResidentShaped : MostResident);
        await process.InterruptAsync();
        Assert.Equal(0, (await process.EndAsync(Stage.Deadline())).ExitCode);
    }

    private static Task AddAsync(Installation installation, ScriptedServer vendor, string name, string path, string events) => installation.AddSourceAsync(
        name,
        ("baseUrl", vendor.BaseUrl),
        ("destination", "siem"),
        ("interval", "10s"),
        ("since", "2026-01-01T00:00:00Z"),
        ("definition", $$"""
            request: { path: {{path}}, query: { from: "{from}", limit: "{pageSize}" } }

            """ + events));

    private static byte[] Gzip((string Start, string Repeated, int Times, string End) bomb)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(bomb.Start));
            var atOnce = Math.Min(bomb.Times, 1_000);
            var some = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(bomb.Repeated, atOnce)));
            for (var times = 0; times < bomb.Times; times += atOnce)
            {
                gzip.Write(some);
            }

            gzip.Write(Encoding.UTF8.GetBytes(bomb.End));
        }

        return into.ToArray();
    }

    // The kernel's own measure: what was resident at most, whatever of it the runtime counts.
    private static async Task<long> PeakAsync(int process)
    {
        var line = (await File.ReadAllLinesAsync($"/proc/{process}/status")).Single(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
