using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Operations.Contracts.Recording;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates record NAME|FILE</c></summary>
internal sealed class RecordTemplateCommand : CliCommand
{
    private readonly Argument<string> _target = new("NAME|FILE") { Description = "A shipped template, the file of one of your own, or a template or source of the installation." };
    private readonly Option<bool> _source = new("--source") { Description = "NAME is a source of the installation, also where a template has that name." };
    private readonly Option<string[]> _set = SetOption.Create("A column of the row and its value; a secret as secret:NAME.", "token=secret:acme");
    private readonly Option<int> _pages = new("--pages") { Description = "How many pages to follow at most.", DefaultValueFactory = _ => 2 };
    private readonly Option<bool> _hide = new("--hide-people") { Description = "Put invented e-mail and IP addresses in the place of real ones: the same for the same." };
    private readonly Option<string?> _out = new("--out") { Description = "The contract file; it must not exist yet. Default: NAME.contract.yaml, beside the template's file.", HelpName = "file" };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public RecordTemplateCommand(Surroundings here)
        : base(
            here,
            "record",
            "Asks the vendor and saves requests and answers as a contract file, without secrets. Its events are real data: read the file before you share it.",
            "auditfn templates record okta-system-log --set domain=acme.okta.com --set token=secret:okta --hide-people",
            "auditfn templates record acme-audit.yaml --set token=secret:acme --pages 3",
            "auditfn templates record okta-prod --source --hide-people")
    {
        _pages.Refuse(pages => pages is >= 1 and <= 20, "--pages must be a number from 1 to 20.");
        Arguments.Add(_target);
        Options.Add(_source);
        Options.Add(_set);
        Options.Add(_pages);
        Options.Add(_hide);
        Options.Add(_out);
        Options.Add(_storage);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var target = parsed.GetRequiredValue(_target);
        var found = await FindAsync(parsed, target, printer, cancellationToken);
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in found.Columns)
        {
            columns[column] = value;
        }

        foreach (var (column, value) in SetOption.Read(parsed.GetValue(_set)))
        {
            columns[column] = value;
        }

        var file = parsed.GetValue(_out) ?? (Path.GetExtension(target) is ".yaml" or ".yml" ? Path.ChangeExtension(target, null) : found.Template.Name) + ContractReader.Suffix;
        OutFile.MustNotExist(Here.Folder, file);
        var wish = new RecordWish(found.Template, found.Templates, columns, parsed.GetValue(_pages), parsed.GetValue(_hide));
        var recorded = await RecordTemplate.RunAsync(Here.SettingsWith(null), Here.Time, wish, cancellationToken);
        await OutFile.WriteAsync(Here.Folder, file, ContractWriter.Write(recorded.Contract, recorded.Comments), cancellationToken);
        await WriteTemplateAsync(printer, found, file, cancellationToken);
        Print(parsed, printer, file, recorded);
        return recorded.Replayed.IsKept ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<RecordTarget> FindAsync(ParseResult parsed, string target, Printer printer, CancellationToken cancellationToken)
    {
        var isSource = parsed.GetValue(_source);
        return !isSource && await TemplateFile.FindAsync(target, Here.Folder, cancellationToken) is { } found
            ? new RecordTarget(found.Template, found.Templates, TableRow.NewColumns(), null)
            : await Installation.UseAsync(
                Here.SettingsWith(parsed.GetValue(_storage)),
                Here.Time,
                printer.Note,
                installation => RecordTarget.OfInstallationAsync(installation, target, isSource, cancellationToken),
                cancellationToken);
    }

    // A contract is replayed with the template beside it.
    private async Task WriteTemplateAsync(Printer printer, RecordTarget found, string contract, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetDirectoryName(contract) ?? "", $"{found.Template.Name}.yaml");
        if (found.Text is { } text && !File.Exists(Path.GetFullPath(file, Here.Folder)))
        {
            await OutFile.WriteAsync(Here.Folder, file, text.TrimEnd() + "\n", cancellationToken);
            printer.Note($"The template was written to {file}, beside its contract.");
        }
    }

    private void Print(ParseResult parsed, Printer printer, string file, RecordedContract recorded)
    {
        string[] wrong = [.. recorded.Replayed.Problems.Select(problem => problem.ToString()), .. recorded.Replayed.Polls.SelectMany(poll => poll.Wrong)];
        var requests = recorded.Contract.Polls.Sum(poll => poll.Exchanges.Count);
        if (WantsJson(parsed))
        {
            printer.Json(new RecordedShape(file, requests, recorded.Events, recorded.Replayed.IsKept, wrong), CliJson.Default.RecordedShape);
        }
        else
        {
            printer.Line($"{file}: {Counted.Of(requests, "request")}, {Counted.Of(recorded.Events, "event")}");
        }

        printer.Note("Its events are real data. Secrets were removed; look through the file all the same before you share it.");
        foreach (var line in wrong)
        {
            printer.Note($"The replay differs, so correct the file: {line}");
        }
    }
}
