using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Sources.Reading;

namespace AuditFunctions.Benchmarks;

/// <summary>What processors cost for each event, beside what finding the events of the page costs.</summary>
internal static class ProcessorBenchmark
{
    private const int Events = 1000;

    private static readonly (string Name, string List)[] Lists =
    [
        ("drop, one field", "[ { action: drop, when: { path: eventType, prefix: debug. } } ]"),
        ("dedupe, two fields, within", "[ { action: dedupe, paths: [actor.alternateId, eventType], within: 10m } ]"),
        ("compact", "[ { action: compact } ]"),
        ("remove, three fields", "[ { action: remove, paths: [debugContext, client.userAgent, transaction.detail] } ]"),
        ("redact, three fields", "[ { action: redact, paths: [actor.alternateId, actor.displayName, client.ipAddress] } ]"),
        ("pseudonymise, one field", "[ { action: pseudonymise, paths: [actor.alternateId], key: secret:k } ]"),
        ("encrypt-subject, one field", "[ { action: encrypt-subject, subject: actor.alternateId, paths: [actor.alternateId], key: secret:k } ]"),
        ("encrypt-subject, three", "[ { action: encrypt-subject, subject: actor.alternateId, paths: [actor.alternateId, actor.displayName, client.ipAddress], key: secret:k } ]"),
        ("lookup, 100,000 rows", "[ { action: lookup, path: actor.alternateId, into: actor.staff, snapshot: staff, key: login, columns: [department] } ]"),
        ("redact, five patterns", "[ { action: redact, patterns: [email, ipv4, ipv6, card, token] } ]"),
        ("script, reads a field", "[ { action: script, code: 'function process(event) { return event.severity !== \"DEBUG\" }' } ]"),
        ("script, adds a field", "[ { action: script, code: 'function process(event) { event.who = event.actor.displayName; return event }' } ]"),
        ("map, to OCSF", "[ { map: ocsf, template: okta-system-log } ]"),
        ("map, to ECS", "[ { map: ecs, template: okta-system-log } ]"),
        ("set, one text", "[ { action: set, fields: { who: '{{actor.id}} of {{$source}}' } } ]"),
    ];

    /// <summary>Prints CPU-seconds per million events.</summary>
    public static void Run()
    {
        var page = CutBenchmark.OktaPage(Events);
        var plan = new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("uuid"), JsonPath.Parse("published")], []);
        using var cut = new CutPage();
        // As in a process that has met the subjects before.
        var known = new ConcurrentDictionary<SubjectId, SubjectKey>();
        Measure("cut, for comparison", () => PageCutter.Cut(page, plan, cut));
        foreach (var (name, text) in Lists)
        {
            var problems = new Problems();
            var list = new ProcessorsReader(new ProcessorFacts("okta", "", ""), new Dictionary<string, SecretName>()).ReadFile(text, name, problems)
                ?? throw new InvalidOperationException(string.Join(' ', problems.Found));
            var keys = list.Secrets.ToDictionary(secret => secret, _ => Encoding.UTF8.GetBytes("key"));
            var files = list.Files.ToDictionary(file => file, file => new LoadedLookup("1", file.Form.Read(Staff()), null));
            Measure(name, () => Apply(list, new ProcessorMeans(keys, files) { Clock = TimeProvider.System, Subjects = new PageSubjects(subject => known.GetOrAdd(subject, _ => new SubjectKey(Encoding.UTF8.GetBytes($"stands in for {subject.Hash}")))) }, page, cut));
        }
    }

    // Half of the events' users are in it.
    private static byte[] Staff() => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 100_000).Select(at => $$"""{"login":"user{{at * 2}}@example.com","department":"Department {{at % 50}}"}""")));

    private static void Apply(ProcessorList list, ProcessorMeans means, byte[] page, CutPage cut)
    {
        using var run = list.Start("default", means);
        using var sink = new Sink();
        for (var at = 0; at < cut.Count; at++)
        {
            var (slice, id) = (cut[at], cut.EventField(at, 0));
            run.Apply(page.AsSpan(slice.Start, slice.Length), page.AsSpan(id.Start, id.Length), new EventKey(1, (ulong)at), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), sink);
        }
    }

    private static void Measure(string name, Action once)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1);)
        {
            once();
        }

        using var process = Process.GetCurrentProcess();
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            const int Pages = 50;
            process.Refresh();
            var before = process.TotalProcessorTime;
            for (var i = 0; i < Pages; i++)
            {
                once();
            }

            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalSeconds / Pages / Events);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-26} {best * 1e6,6:N2} CPU-s per million events"));
    }

    // Keeps what a run of the pipeline would keep.
    private sealed class Sink : IProcessedEvents, IDisposable
    {
        private readonly PooledBytes _bytes = new();

        public void Take(in ProcessedEvent processed)
        {
            if (processed.IsChanged)
            {
                _bytes.Write(processed.Json);
            }
        }

        public void Dropped(string processor)
        {
        }

        public void Dispose() => _bytes.Dispose();
    }
}
