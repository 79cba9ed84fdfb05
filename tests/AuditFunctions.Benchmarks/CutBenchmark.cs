using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Benchmarks;

/// <summary>What it costs to find the events of a page and their id and time, next to merely reading it with Utf8JsonReader.</summary>
internal static class CutBenchmark
{
    private const int Events = 1000;

    /// <summary>Prints MB/s and CPU-seconds per million events.</summary>
    public static void Run()
    {
        byte[] page = OktaPage(Events);
        var plan = new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("uuid"), JsonPath.Parse("published")], []);
        using var cut = new CutPage();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"page: {page.Length:N0} bytes, {Events} events, {page.Length / Events} bytes each"));
        Measure("Utf8JsonReader, tokens only", page, () => ReadTokens(page));
        Measure("Utf8JsonReader, 2 fields", page, () => ReadEvents(page));
        Measure("PageCutter.Cut, 2 fields", page, () => Cut(page, plan, cut));
        Measure("  512-bit blocks", page, () => PageCutter.Cut<Block512>(page, plan, cut));
        Measure("  256-bit blocks", page, () => PageCutter.Cut<Block256>(page, plan, cut));
        Measure("  128-bit blocks", page, () => PageCutter.Cut<Block128>(page, plan, cut));
    }

    /// <summary>A page shaped like Okta's system log: minified, mostly short strings, eight objects and arrays per event.</summary>
    public static byte[] OktaPage(int events)
    {
        var random = new Random(17);
        var text = new StringBuilder("[");
        for (int i = 0; i < events; i++)
        {
            string ip = string.Create(
                CultureInfo.InvariantCulture, $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}");
            string published = DateTimeOffset.UnixEpoch.AddDays(20000).AddMilliseconds(i * 731L)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$$"""
                {"actor":{"id":"00u{{{{random.Next():x8}}}}","type":"User","alternateId":"user{{{{random.Next(5000)}}}}@example.com","displayName":"User Number {{{{random.Next(5000)}}}}","detailEntry":null},"client":{"userAgent":{"rawUserAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36","os":"Windows 10","browser":"CHROME"},"zone":"null","device":"Computer","id":null,"ipAddress":"{{{{ip}}}}","geographicalContext":{"city":"Berlin","state":"Land Berlin","country":"Germany","postalCode":"10115","geolocation":{"lat":52.5244,"lon":13.4105}}},"authenticationContext":{"authenticationStep":0,"externalSessionId":"102{{{{random.Next():x8}}}}"},"displayMessage":"User login to Okta","eventType":"user.session.start","outcome":{"result":"SUCCESS","reason":null},"published":"{{{{published}}}}","securityContext":{"asNumber":3320,"asOrg":"deutsche telekom ag","isp":"deutsche telekom ag","domain":"t-ipconnect.de","isProxy":false},"severity":"INFO","transaction":{"type":"WEB","id":"{{{{random.NextInt64():x16}}}}","detail":{}},"uuid":"{{{{random.Next():x8}}}}-1111-11ee-8a1b-{{{{random.NextInt64(1L << 48):x12}}}}","version":"0","target":[{"id":"0oa{{{{random.Next():x8}}}}","type":"AppInstance","alternateId":"Salesforce","displayName":"Salesforce"}]}
                """);
        }

        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    private static void ReadTokens(byte[] page)
    {
        var reader = new Utf8JsonReader(page);
        while (reader.Read())
        {
        }
    }

    /// <summary>What a plain cut does at least: the borders of each event, its id and its time.</summary>
    private static int ReadEvents(byte[] page)
    {
        var reader = new Utf8JsonReader(page);
        int sum = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            long start = reader.TokenStartIndex;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool wanted = reader.ValueTextEquals("uuid"u8) || reader.ValueTextEquals("published"u8);
                reader.Read();
                sum += wanted ? reader.ValueSpan.Length : 0;
                reader.Skip();
            }

            sum += (int)(reader.BytesConsumed - start);
        }

        return sum;
    }

    private static void Cut(byte[] page, PagePlan plan, CutPage into)
    {
        if (PageCutter.Cut(page, plan, into) is { } error)
        {
            throw new InvalidOperationException(error.Message);
        }
    }

    private static void Measure(string name, byte[] page, Action once)
    {
        long first = Stopwatch.GetTimestamp();
        once();
        TimeSpan cold = Stopwatch.GetElapsedTime(first);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(0.5);)
        {
            once();
        }

        double best = double.MaxValue;
        double wall = double.MaxValue;
        using var process = Process.GetCurrentProcess();
        for (int round = 0; round < 5; round++)
        {
            const int Pages = 500;
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < Pages; i++)
            {
                once();
            }

            wall = Math.Min(wall, Stopwatch.GetElapsedTime(started).TotalSeconds / Pages);
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalSeconds / Pages);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-30} {page.Length / wall / 1e6,7:N0} MB/s {best / Events * 1e6,6:N2} CPU-s per million, first page {cold.TotalMilliseconds:N1} ms"));
    }
}
