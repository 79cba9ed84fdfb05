using AuditFunctions.Hosting;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Operations.Sources;

/// <summary>A source whose next page was fetched.</summary>
/// <param name="Source">The source.</param>
/// <param name="Result">What was read.</param>
public sealed record TestedSource(SourceDefinition Source, DryRunResult Result);

/// <summary>Fetches the pages of a source that would be fetched next. Ships and writes nothing.</summary>
public static class TestSource
{
    /// <summary>Tests a source of an installation, from where its checkpoint stands.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="name">The source.</param>
    /// <param name="maxEvents">How many events to give.</param>
    /// <param name="maxPages">How many pages to follow at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">There is no such source, or its row is wrong.</exception>
    public static async Task<TestedSource> OfRowAsync(Installation installation, string name, int maxEvents, int maxPages, CancellationToken cancellationToken)
    {
        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", name);
        var source = row.Definition ?? throw new OperationException($"The row of source '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
        var partition = new PartitionId(source.Name, PartitionId.Single);
        var checkpoints = installation.Get<CheckpointStore>();
        var checkpoint = await checkpoints.ReadAsync(partition, cancellationToken);
        var ids = await checkpoints.ReadRecentIdsAsync(partition, checkpoint, cancellationToken);
        return new TestedSource(source, await installation.Make<DryRun>().RunAsync(source, checkpoint, ids, maxEvents, maxPages, cancellationToken));
    }

    /// <summary>Tests a source of a row file as if it had never run, without storage.</summary>
    /// <param name="settings">The settings: secrets may be among them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="files">The one file, read.</param>
    /// <param name="file">Its name, for people.</param>
    /// <param name="name">Which of its sources; null when it has one only.</param>
    /// <param name="maxEvents">How many events to give.</param>
    /// <param name="maxPages">How many pages to follow at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">The file is wrong, or does not hold that source.</exception>
    public static async Task<TestedSource> OfFileAsync(
        IConfiguration settings,
        TimeProvider time,
        RowFiles files,
        string file,
        string? name,
        int maxEvents,
        int maxPages,
        CancellationToken cancellationToken)
    {
        await using var services = Installation.Services(settings, time);
        var source = Choose(files.Check(services.GetRequiredService<DefinitionReader>()), file, name);
        var run = ActivatorUtilities.CreateInstance<DryRun>(services);
        return new TestedSource(source, await run.RunAsync(source, new Checkpoint(), null, maxEvents, maxPages, cancellationToken));
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
