using AuditFunctions.Hosting;
using AuditFunctions.Operations.Processors;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Sources.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Operations.Sources;

/// <summary>A source whose next page was fetched.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partition">Its partition that was looked at.</param>
/// <param name="Result">What was read.</param>
public sealed record TestedSource(SourceDefinition Source, PartitionId Partition, DryRunResult Result)
{
    /// <summary>All of its partitions, as the row lists them or the vendor does now; empty when it has one only.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>What its processors make of the events that were given; null when it has none.</summary>
    /// <param name="destination">For which destination, whose route counts then; null for the list of all.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">The source does not send to the destination.</exception>
    public async Task<PreviewedEvents?> ProcessedAsync(string? destination, CancellationToken cancellationToken) => ProcessorChoice.Of(Source, destination) is { } list
        ? await ProcessorPreview.OfAsync(
            list, Partition.Partition, Result.First.Select((one, at) => one.Listed is { } listed ? new PreviewEvent(at + 1, listed.Json, "", listed.Time) : new PreviewEvent(at + 1, one.Json, one.Id, one.Time)), Lookups, Clock, cancellationToken)
        : null;

    /// <summary>The lookup files.</summary>
    public required LookupCache Lookups { get; init; }

    /// <summary>Measures how long a script takes.</summary>
    public required TimeProvider Clock { get; init; }
}

/// <summary>What of a source is tested.</summary>
/// <param name="MaxEvents">How many events to give.</param>
/// <param name="MaxPages">How many pages to follow at most.</param>
/// <param name="Partition">The key of its partition; null for the first one.</param>
public sealed record TestWish(int MaxEvents, int MaxPages, string? Partition);

/// <summary>Fetches the pages of a source that would be fetched next. Ships and writes nothing.</summary>
public static class TestSource
{
    /// <summary>Tests a source of an installation, from where its checkpoint stands.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="name">The source.</param>
    /// <param name="wish">What of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">There is no such source, or its row is wrong.</exception>
    public static async Task<TestedSource> OfRowAsync(Installation installation, string name, TestWish wish, CancellationToken cancellationToken)
    {
        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", name);
        var source = row.Definition ?? throw new OperationException($"The row of source '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
        return await OfSourceAsync(installation, source, wish, cancellationToken);
    }

    /// <summary>Tests a source of an installation whose row was read already.</summary>
    public static async Task<TestedSource> OfSourceAsync(Installation installation, SourceDefinition source, TestWish wish, CancellationToken cancellationToken)
    {
        var checkpoints = installation.Get<CheckpointStore>();
        return await RunAsync(
            (installation.Make<DryRun>(), installation.Get<LookupCache>(), installation.Get<TimeProvider>()),
            source,
            wish,
            async partition =>
            {
                var checkpoint = await checkpoints.ReadAsync(partition, cancellationToken);
                return (checkpoint, await checkpoints.ReadRecentIdsAsync(partition, checkpoint, cancellationToken));
            },
            cancellationToken);
    }

    /// <summary>Tests a source of a row file as if it had never run, without storage.</summary>
    /// <param name="settings">The settings: secrets may be among them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="read">The one file, read, and the templates that its rows may name.</param>
    /// <param name="file">Its name, for people.</param>
    /// <param name="name">Which of its sources; null when it has one only.</param>
    /// <param name="wish">What of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">The file is wrong, or does not hold that source.</exception>
    public static async Task<TestedSource> OfFileAsync(
        IConfiguration settings,
        TimeProvider time,
        (RowFiles Files, TemplateCatalog Templates) read,
        string file,
        string? name,
        TestWish wish,
        CancellationToken cancellationToken)
    {
        var source = Choose(read.Files.Check(read.Templates), file, name);
        return await OfNewAsync(settings, time, source, wish, cancellationToken);
    }

    /// <summary>Tests a source that has no row yet, as if it had never run, without storage.</summary>
    /// <param name="settings">The settings: secrets may be among them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="source">The source.</param>
    /// <param name="wish">What of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<TestedSource> OfNewAsync(IConfiguration settings, TimeProvider time, SourceDefinition source, TestWish wish, CancellationToken cancellationToken)
    {
        await using var services = Installation.Services(settings, time);
        var run = ActivatorUtilities.CreateInstance<DryRun>(services);
        return await RunAsync((run, services.GetRequiredService<LookupCache>(), time), source, wish, _ => Task.FromResult((new Checkpoint(), (RecentIds?)null)), cancellationToken);
    }

    private static async Task<TestedSource> RunAsync(
        (DryRun Run, LookupCache Lookups, TimeProvider Clock) means,
        SourceDefinition source,
        TestWish wish,
        Func<PartitionId, Task<(Checkpoint Checkpoint, RecentIds? Ids)>> stand,
        CancellationToken cancellationToken)
    {
        var run = means.Run;
        var (partition, all, problem) = await ChooseAsync(run, source, wish.Partition, cancellationToken);
        var (checkpoint, ids) = await stand(partition);
        var result = problem is null
            ? await run.RunAsync(source, partition, checkpoint, ids, wish.MaxEvents, wish.MaxPages, cancellationToken)
            : new DryRunResult { Problem = problem, After = checkpoint };
        return new TestedSource(source, partition, result) { Partitions = all, Lookups = means.Lookups, Clock = means.Clock };
    }

    private static async Task<(PartitionId Partition, IReadOnlyList<string> All, string? Problem)> ChooseAsync(
        DryRun run, SourceDefinition source, string? wanted, CancellationToken cancellationToken)
    {
        if (source.Partitions is not { } partitions)
        {
            return wanted is null
                ? (new PartitionId(source.Name, PartitionId.Single), [], null)
                : throw new OperationException($"Source '{source.Name}' has no partitions; leave --partition out.");
        }

        var (found, problem) = partitions.AreLookedUp ? await run.PartitionsAsync(source, cancellationToken) : (new FoundPartitions(partitions.Listed), null);
        if (wanted is not null && !found.Keys.Contains(wanted) && !found.IsUnknown(wanted))
        {
            throw KnownNames.Unknown("partition", wanted, found.Keys);
        }

        return (new PartitionId(source.Name, wanted ?? (found.Keys is [var first, ..] ? first : PartitionId.Single)), found.Keys, problem);
    }

    private static SourceDefinition Choose(DesiredRows desired, string file, string? name)
    {
        if (desired.Problems.Count > 0)
        {
            throw new OperationException(string.Join(Environment.NewLine, desired.Problems));
        }

        var sources = desired.Sources.ToDictionary(source => source.Row.Row.Name, source => source.Definition!, StringComparer.Ordinal);
        return (name, sources.Count) switch
        {
            (_, 0) => throw new OperationException($"{file} holds no sources."),
            (null, 1) => sources.Values.Single(),
            (null, _) => throw new OperationException($"{file} holds several sources; choose one with --name: {string.Join(", ", sources.Keys)}."),
            _ => sources.Find("source", name),
        };
    }
}
