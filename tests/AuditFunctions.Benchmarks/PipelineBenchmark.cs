using System.Globalization;

namespace AuditFunctions.Benchmarks;

/// <summary>
/// The whole pipeline on loopback: a stand-in Okta, Azurite and a stand-in Splunk in processes of their own, and <c>auditfn run --until-idle</c>
/// between them, measured from outside, start-up included. The floor is measured in the same run.
/// </summary>
internal static class PipelineBenchmark
{
    public static async Task RunAsync(int events, int rounds)
    {
        Console.WriteLine($"{events:n0} events of an Okta-shaped vendor, {rounds} rounds; the process alone, start-up included.");
        Console.WriteLine($"{"",-10}{"events/s",12}{"CPU-s/M",10}{"x floor",9}{"peak MB",9}{"transactions/M",16}{"seconds",9}");
        for (var round = 1; round <= rounds; round++)
        {
            var floor = await FloorAsync(events);
            Print("floor", events, floor, floor.CpuSeconds, null);
            var (run, transactions) = await PipelineAsync(events);
            Print("pipeline", events, run, floor.CpuSeconds, transactions);
        }
    }

    private static async Task<Finished> FloorAsync(int events)
    {
        await using var vendor = await Child.StartAsync("vendor", "--events", Text(events));
        await using var siem = await Child.StartAsync("siem");
        return await Child.RunAsync("AuditFunctions.Benchmarks", ["floor", UrlOf(vendor), UrlOf(siem)]);
    }

    private static async Task<(Finished Run, long Transactions)> PipelineAsync(int events)
    {
        var folder = Directory.CreateTempSubdirectory("auditfn-benchmark-");
        try
        {
            var log = Path.Combine(folder.FullName, "azurite.log");
            await using var vendor = await Child.StartAsync("vendor", "--events", Text(events));
            await using var siem = await Child.StartAsync("siem");
            await using var azurite = await Child.StartAsync("azurite", "--debug-log", log);
            (string, string)[] environment =
            [
                ("AzureWebJobsStorage", azurite.Ready.GetProperty("connectionString").GetString()!),
                ("AUDIT_SECRET_VENDOR", "sandbox-token"),
                ("AUDIT_SECRET_SIEM", "sandbox-token"),
            ];
            var rows = Path.Combine(folder.FullName, "rows.yaml");
            await File.WriteAllTextAsync(rows, Rows(UrlOf(vendor), UrlOf(siem)));
            await Child.RunAsync("auditfn", ["apply", rows], environment);
            var before = CountRequests(log);
            var run = await Child.RunAsync("auditfn", ["run", "--until-idle", "--log-level", "warning"], environment);
            return (run, CountRequests(log) - before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Rows(string vendor, string siem) => $"""
        sources:
          - name: okta
            template: okta-system-log
            destination: splunk
            domain: acme.okta.com
            baseUrl: {vendor}
            token: secret:vendor
            since: 2026-01-01T00:00:00Z
        destinations:
          - name: splunk
            type: splunk-hec
            url: {siem}
            token: secret:siem
        """;

    // Azurite's debug log has a line for each request that it receives.
    private static long CountRequests(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        long count = 0;
        while (reader.ReadLine() is { } line)
        {
            count += line.Contains("RequestURL=", StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    private static void Print(string what, int events, Finished run, double floorCpu, long? transactions)
    {
        var millions = events / 1e6;
        Console.WriteLine(
            $"{what,-10}{events / run.Seconds,12:n0}{run.CpuSeconds / millions,10:0.0}{run.CpuSeconds / floorCpu,9:0.0}{run.PeakBytes / 1e6,9:0}{transactions / millions,16:n0}{run.Seconds,9:0.0}");
    }

    private static string UrlOf(Child child) => child.Ready.GetProperty("baseUrl").GetString()!;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
