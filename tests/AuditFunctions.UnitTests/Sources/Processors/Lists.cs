using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Sources.Reading;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>Lists of processors as they are written, and what they make of events.</summary>
internal static class Lists
{
    private static readonly PagePlan Plan = new(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("id"), JsonPath.Parse("time")], []);
    private static readonly Dictionary<string, SecretName> Secrets = new(StringComparer.Ordinal) { ["key"] = new SecretName("parameter") };

    /// <summary>Who was forgotten: <c>carl</c>, of the key <c>secret:subjects</c>.</summary>
    public static SubjectId Forgotten { get; } = SubjectId.Of(new SecretName("subjects"), "key of subjects"u8.ToArray(), "carl", ignoreCase: false);

    /// <summary>A list that is right.</summary>
    public static ProcessorList Read(string yaml)
    {
        var problems = new Problems();
        var list = Read(yaml, problems);
        Assert.Empty(problems.Found);
        return list!;
    }

    /// <summary>What is wrong with a list.</summary>
    public static IReadOnlyList<string> ProblemsOf(string yaml)
    {
        var problems = new Problems();
        Read(yaml, problems);
        return [.. problems.Found.Select(problem => problem.ToString())];
    }

    /// <summary>What becomes of events, in order.</summary>
    public static Applied Apply(string yaml, params IEnumerable<string> events) => Apply(Read(yaml), events);

    /// <summary>What becomes of events, in order.</summary>
    public static Applied Apply(ProcessorList list, params IEnumerable<string> events) => Apply(list, new Dictionary<string, byte[]>(), events);

    /// <summary>What becomes of events, in order.</summary>
    /// <param name="list">The list.</param>
    /// <param name="files">Its lookup files by name; one that is not there is missing.</param>
    /// <param name="events">The events.</param>
    public static Applied Apply(ProcessorList list, IReadOnlyDictionary<string, byte[]> files, params IEnumerable<string> events) => Apply(list, files, TimeProvider.System, events);

    /// <summary>The same, with the clock by which it is measured how long actions take.</summary>
    public static Applied Apply(ProcessorList list, IReadOnlyDictionary<string, byte[]> files, TimeProvider clock, params IEnumerable<string> events)
    {
        var applied = new Applied();
        using var run = list.Start("eu", new ProcessorMeans(
            list.Secrets.ToDictionary(name => name, name => Encoding.UTF8.GetBytes($"key of {name.Value}")), list.Files.ToDictionary(file => file, file => Load(file, files)))
        {
            Clock = clock,
            Subjects = new PageSubjects(subject => subject == Forgotten ? SubjectKey.Destroyed : new SubjectKey(Encoding.UTF8.GetBytes($"data key of {subject.Hash}"))),
        });
        using var cut = new CutPage();
        foreach (var text in events)
        {
            var json = Encoding.UTF8.GetBytes($"[{text}]");
            Assert.Null(PageCutter.Cut(json, Plan, cut));
            var (id, time) = (cut.EventField(0, 0), cut.EventField(0, 1));
            var key = id.Length > 0 ? EventKey.FromId(json, id, out _) : EventKey.FromContent(json, 0);
            applied.Begin(text);
            var readable = TimeFormat.Iso8601.TryRead(json, time, out var at);
            run.Apply(json.AsSpan(cut[0].Start, cut[0].Length), json.AsSpan(id.Start, id.Length), key, readable ? at : null, applied);
        }

        applied.Counts = run.Counts;
        return applied;
    }

    private static LoadedLookup Load(LookupFile file, IReadOnlyDictionary<string, byte[]> files)
    {
        if (!files.TryGetValue(file.Name, out var bytes))
        {
            return new LoadedLookup(LoadedLookup.Missing, null, "is missing");
        }

        try
        {
            return new LoadedLookup("1", file.Form.Read(bytes), null);
        }
        catch (LookupFileException exception)
        {
            return new LoadedLookup("1", null, exception.Message);
        }
    }

    private static ProcessorList? Read(string yaml, Problems problems) =>
        new ProcessorsReader(new ProcessorFacts("example", "acme-audit", "Acme"), Secrets).ReadFile(yaml, "list.yaml", problems);
}

/// <summary>What a list made of events.</summary>
internal sealed class Applied : IProcessedEvents
{
    private string _before = "";

    /// <summary>The events that go on.</summary>
    public List<string> After { get; } = [];

    /// <summary>For each event that goes on, the one that it was.</summary>
    public List<string> Before { get; } = [];

    /// <summary>The additions to ids.</summary>
    public List<string> Suffixes { get; } = [];

    /// <summary>Whether the id must not be shown.</summary>
    public List<bool> IsIdHidden { get; } = [];

    /// <summary>Why processors failed on those that go on, or null.</summary>
    public List<string?> Failures { get; } = [];

    /// <summary>By whom events were left out.</summary>
    public List<string> DroppedBy { get; } = [];

    /// <summary>What each entry did.</summary>
    public IReadOnlyList<ProcessorCount> Counts { get; set; } = [];

    public void Begin(string before) => _before = before;

    public void Take(in ProcessedEvent processed)
    {
        After.Add(Encoding.UTF8.GetString(processed.Json));
        Before.Add(_before);
        Suffixes.Add(processed.Suffix);
        IsIdHidden.Add(processed.IsIdHidden);
        Failures.Add(processed.Failure);
        Assert.True(processed.IsChanged || After[^1] == _before.Trim(), "Changed, and not said so.");
    }

    public void Dropped(string processor) => DroppedBy.Add(processor);
}
