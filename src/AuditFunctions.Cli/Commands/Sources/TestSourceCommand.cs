using System.CommandLine;
using AuditFunctions.Cli.Commands.Processors;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Processors;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Operations.Sources;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources test NAME|FILE</c></summary>
internal sealed class TestSourceCommand : CliCommand
{
    private readonly Argument<string> _target = new("NAME|FILE") { Description = "A source, or a row file, which is then tested without storage." };
    private readonly Option<string?> _name = new("--name") { Description = "Which source of the file, when it has several." };
    private readonly Option<int> _events = new("--events") { Description = "How many events to show.", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _pages = new("--pages") { Description = "How many pages to follow at most.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _partition = new("--partition") { Description = "Which of its partitions; without it the first." };
    private readonly Option<bool> _trace = new("--trace") { Description = "Show every request and answer, without secrets." };
    private readonly Option<bool> _processors = new("--processors") { Description = "Show what its processors make of the events that are shown." };
    private readonly Option<string?> _destination = new("--destination") { Description = "With --processors: what this destination gets; without it what all get." };
    private readonly Option<string?> _templates = TemplateFolderOption.Create();
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public TestSourceCommand(Surroundings here)
        : base(
            here,
            "test",
            "Fetches the page that would be fetched next and shows what was read from it. Ships and writes nothing.",
            "auditfn sources test okta-prod",
            "auditfn sources test okta-prod --pages 3 --trace",
            "auditfn sources test okta-prod --processors --events 100",
            "auditfn sources test rows.yaml --name okta-prod --events 10",
            "auditfn sources test acme-prod --templates my-templates")
    {
        _events.Refuse(events => events is >= 0 and <= 10_000, "--events must be a number from 0 to 10000.");
        _pages.Refuse(pages => pages is >= 1 and <= 100, "--pages must be a number from 1 to 100.");
        Arguments.Add(_target);
        Options.Add(_name);
        Options.Add(_events);
        Options.Add(_pages);
        Options.Add(_partition);
        Options.Add(_trace);
        Options.Add(_processors);
        Options.Add(_destination);
        Options.Add(_templates);
        Options.Add(_storage);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var target = parsed.GetRequiredValue(_target);
        var wish = new TestWish(parsed.GetValue(_events), parsed.GetValue(_pages), parsed.GetValue(_partition));
        var name = parsed.GetValue(_name);
        var templates = await TemplateFolderOption.ReadAsync(parsed.GetValue(_templates), Here, printer, cancellationToken);
        if (IsFile(target))
        {
            var files = await RowFiles.ReadAsync([target], Here.Folder, cancellationToken);
            return await PrintAsync(parsed, printer, await TestSource.OfFileAsync(Here.SettingsWith(null), Here.Time, (files, templates), target, name, wish, cancellationToken), cancellationToken);
        }

        return await Installation.UseAsync(
            Here.SettingsWith(parsed.GetValue(_storage)),
            Here.Time,
            printer.Note,
            async installation => await PrintAsync(parsed, printer, await TestSource.OfRowAsync(installation, name ?? target, wish, cancellationToken), cancellationToken),
            cancellationToken,
            templates);
    }

    // A name has no slash and no such ending as people give their files; what is there as a file is one.
    private bool IsFile(string target) =>
        target.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || target.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || target.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || target.Contains('/', StringComparison.Ordinal) || target.Contains('\\', StringComparison.Ordinal)
        || (!ResourceName.IsValid(target) && File.Exists(Path.GetFullPath(target, Here.Folder)));

    private async Task<int> PrintAsync(ParseResult parsed, Printer printer, TestedSource tested, CancellationToken cancellationToken)
    {
        var processed = parsed.GetValue(_processors) ? await tested.ProcessedAsync(parsed.GetValue(_destination), cancellationToken) : null;
        if (WantsJson(parsed))
        {
            printer.Json(DryRunReport.ShapeOf(tested, processed), CliJson.Default.SourceTestShape);
        }
        else
        {
            DryRunReport.Print(printer, tested, parsed.GetValue(_trace));
            if (processed is not null)
            {
                printer.Line();
                PreviewReport.Print(printer, processed);
            }
            else if (parsed.GetValue(_processors))
            {
                printer.Note("The source has no processors.");
            }
        }

        if (parsed.GetValue(_processors) && ProcessorChoice.Hint(tested.Source, parsed.GetValue(_destination)) is { } hint)
        {
            printer.Note(hint);
        }

        return tested.Result.Problem is null ? ExitCode.Done : ExitCode.Failed;
    }
}
