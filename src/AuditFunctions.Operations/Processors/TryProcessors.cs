using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Processors;

/// <summary>What processors of a file made of events.</summary>
/// <param name="Previewed">It.</param>
/// <param name="Hint">What to say of lists that were not tried; null when there are none.</param>
public sealed record TriedProcessors(PreviewedEvents Previewed, string? Hint);

/// <summary>Tries the processors of a file on a file of events, without storage or network.</summary>
/// <param name="folder">The folder to which names are relative.</param>
/// <param name="lookups">The lookup files.</param>
/// <param name="clock">Measures how long a script takes.</param>
public sealed class TryProcessors(string folder, LookupCache lookups, TimeProvider clock)
{
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Tries them.</summary>
    /// <param name="file">A list of processors, a definition or template, or a row file.</param>
    /// <param name="source">Which source of a row file; null when it has one only.</param>
    /// <param name="destination">For which destination of that source, whose route counts then; null for the list of all.</param>
    /// <param name="events">A file with one JSON value a line.</param>
    /// <param name="paths">Where an event's id and time are.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">A file cannot be read or is wrong; the message says every problem.</exception>
    public async Task<TriedProcessors> RunAsync(string file, string? source, string? destination, string events, (JsonPath Id, JsonPath Time) paths, CancellationToken cancellationToken)
    {
        var (id, time) = paths;
        var (list, hint) = await ReadListAsync(file, source, destination, cancellationToken);
        var plan = new PagePlan(PageFormat.JsonLines, JsonPath.Root, [id, time], []);
        var text = await ReadAsync(events, cancellationToken);
        return new TriedProcessors(await ProcessorPreview.OfAsync(list, "default", ReadEvents(events, text, plan), lookups, clock, cancellationToken), hint);
    }

    private async Task<(ProcessorList List, string? Hint)> ReadListAsync(string file, string? source, string? destination, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(file, cancellationToken);
        var problems = new Problems();
        var isRows = SettingYaml.Read(text, file, problems) is SettingMap map && map.Entries.Any(entry => entry.Key is "sources" or "destinations");
        Check(problems.Found);
        if (isRows)
        {
            return await ReadRowAsync(file, source, destination, cancellationToken);
        }

        if (destination is not null)
        {
            throw new OperationException($"{file} is no row file, so it names no destinations; leave --destination out.");
        }

        var list = new ProcessorsReader(new ProcessorFacts("example", "", ""), new Dictionary<string, Configuration.Secrets.SecretName>()).ReadFile(text, file, problems);
        Check(problems.Found.Select(problem => new Problem(problem.Where.StartsWith(file, StringComparison.Ordinal) ? problem.Where : $"{file}: {problem.Where}", problem.What)));
        return (list ?? throw new OperationException($"{file} holds no processors."), null);
    }

    private async Task<(ProcessorList List, string? Hint)> ReadRowAsync(string file, string? source, string? destination, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadAsync([file], folder, cancellationToken);
        var desired = files.Check(new TemplateCatalog());
        Check(desired.Problems);
        var sources = desired.Sources.ToDictionary(row => row.Row.Row.Name, row => row.Definition!, StringComparer.Ordinal);
        var chosen = source is null && sources.Count == 1 ? sources.Values.Single()
            : source is null ? throw new OperationException($"{file} holds {Counted.Of(sources.Count, "source")}; choose one with --name: {string.Join(", ", sources.Keys)}.")
            : sources.Find("source", source);
        var hint = ProcessorChoice.Hint(chosen, destination);
        return (ProcessorChoice.Of(chosen, destination) ?? throw new OperationException($"Source '{chosen.Name}' has no processors{(destination is null ? "" : $" for '{destination}'")}.{(hint is null ? "" : $" {hint}")}"), hint);
    }

    private static IEnumerable<PreviewEvent> ReadEvents(string file, string text, PagePlan plan)
    {
        using var cut = new CutPage();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var json = Encoding.UTF8.GetBytes(line.Trim());
            if (PageCutter.Cut(json, plan, cut) is { } error)
            {
                throw new OperationException($"{file} line {number}: is not JSON: at byte {error.Offset}, {error.Message}");
            }

            var (id, time) = (cut.EventField(0, 0), cut.EventField(0, 1));
            var isRead = TimeFormat.Iso8601.TryRead(json, time, out var at);
            var hasId = id.Kind is JsonKind.String or JsonKind.Number;
            yield return new PreviewEvent(number, line.Trim(), hasId ? Encoding.UTF8.GetString(json, id.Start, id.Length) : "", isRead ? at : null);
        }
    }

    private static void Check(IEnumerable<object> problems)
    {
        if (string.Join(Environment.NewLine, problems) is { Length: > 0 } all)
        {
            throw new OperationException(all);
        }
    }

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file, folder);
        return !File.Exists(path) ? throw new OperationException($"{file} does not exist.")
            : await BoundedText.ReadAsync(path, MaxBytes, cancellationToken) ?? throw new OperationException($"{file} is larger than 64 MB.");
    }
}
