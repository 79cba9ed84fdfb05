using System.CommandLine;
using AuditFunctions.Cli.Commands.Rows;
using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources test NAME|FILE</c></summary>
internal sealed class TestSourceCommand : CliCommand
{
    private readonly Argument<string> _target = new("NAME|FILE") { Description = "A source, or a row file, which is then tested without storage." };
    private readonly Option<string?> _name = new("--name") { Description = "Which source of the file, when it has several." };
    private readonly Option<int> _events = new("--events") { Description = "How many events to show.", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public TestSourceCommand(Surroundings here)
        : base(
            here,
            "test",
            "Fetches the page that would be fetched next and shows what was read from it. Ships and writes nothing.",
            "auditfn sources test okta-prod",
            "auditfn sources test rows.yaml --name okta-prod --events 10")
    {
        _events.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var events) && events is >= 0 and <= 10_000))
            {
                result.AddError("--events must be a number from 0 to 10000.");
            }
        });
        Arguments.Add(_target);
        Options.Add(_name);
        Options.Add(_events);
        Options.Add(_storage);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var target = parsed.GetRequiredValue(_target);
        var maxEvents = parsed.GetValue(_events);
        if (IsFile(target))
        {
            await using var services = Installation.Services(Here.SettingsWith(null), Here.Time);
            var source = await FromFileAsync(target, parsed.GetValue(_name), services.GetRequiredService<DefinitionReader>(), cancellationToken);
            var run = ActivatorUtilities.CreateInstance<DryRun>(services);
            return Print(parsed, printer, source, await run.RunAsync(source, new Checkpoint(), null, maxEvents, cancellationToken));
        }

        return await Installation.UseAsync(
            Here,
            parsed.GetValue(_storage),
            async installation =>
            {
                var row = (await installation.SourcesAsync(cancellationToken)).Find("source", parsed.GetValue(_name) ?? target);
                var source = row.Definition ?? throw new CommandException($"The row of source '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
                var partition = new PartitionId(source.Name, PartitionId.Single);
                var checkpoints = installation.Get<CheckpointStore>();
                var checkpoint = await checkpoints.ReadAsync(partition, cancellationToken);
                var ids = await checkpoints.ReadRecentIdsAsync(partition, checkpoint, cancellationToken);
                return Print(parsed, printer, source, await installation.Make<DryRun>().RunAsync(source, checkpoint, ids, maxEvents, cancellationToken));
            },
            cancellationToken);
    }

    // A name has no slash and no such ending as people give their files; what is there as a file is one.
    private bool IsFile(string target) =>
        target.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || target.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || target.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || target.Contains('/', StringComparison.Ordinal) || target.Contains('\\', StringComparison.Ordinal)
        || (!ResourceName.IsValid(target) && File.Exists(Path.GetFullPath(target, Here.Folder)));

    private async Task<SourceDefinition> FromFileAsync(string file, string? name, DefinitionReader reader, CancellationToken cancellationToken)
    {
        var problems = new List<RowProblem>();
        var rows = await RowFiles.ReadAsync([file], Here.Folder, problems, cancellationToken);
        var desired = DesiredRows.Check(rows, reader, problems, existing: null);
        if (desired.Problems.Count > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, desired.Problems));
        }

        var sources = desired.Sources.ToDictionary(source => source.Row.Row.Name, source => source.Definition!, StringComparer.Ordinal);
        return (name, sources.Count) switch
        {
            (_, 0) => throw new CommandException($"{file} holds no sources."),
            (null, 1) => sources.Values.Single(),
            (null, _) => throw new CommandException($"{file} holds several sources; choose one with --name: {string.Join(", ", sources.Keys)}."),
            _ => sources.Find("source", name),
        };
    }

    private int Print(ParseResult parsed, Printer printer, SourceDefinition source, DryRunResult result)
    {
        if (WantsJson(parsed))
        {
            printer.Json(DryRunReport.ShapeOf(source, result), CliJson.Default.SourceTestShape);
        }
        else
        {
            DryRunReport.Print(printer, source, result);
        }

        return result.Problem is null ? ExitCode.Done : ExitCode.Failed;
    }
}
