using System.Globalization;
using AuditFunctions.Benchmarks;

switch (args)
{
    case ["floor", var vendor, var siem]:
        return await Floor.RunAsync(new Uri(vendor), new Uri(siem));
    case ["cut"]:
        CutBenchmark.Run();
        return 0;
    case ["processors"]:
        ProcessorBenchmark.Run();
        return 0;
    case ["destinations", .. var kinds]:
        await DestinationBenchmark.RunAsync(20, kinds);
        return 0;
    case ["sink", var kind]:
        return await DestinationSink.RunAsync(kind);
    case []:
        await PipelineBenchmark.RunAsync(200_000, rounds: 3);
        return 0;
    case [var events] when int.TryParse(events, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0:
        await PipelineBenchmark.RunAsync(count, rounds: 3);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: AuditFunctions.Benchmarks [EVENTS | cut | processors | destinations [KIND...]]");
        return 2;
}
