using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Adding;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Cli.Commands.Adding;

/// <summary>Makes a row with a person: asks for what is missing, checks each answer at once, tests what was made and writes the row.</summary>
internal abstract class NewRowCommand : CliCommand
{
    private readonly Option<string?> _name = new("--name") { Description = "Name of the new row.", HelpName = "name" };
    private readonly Option<string[]> _set = SetOption.Create("An answer: a column and its value.", "domain=acme.okta.com");
    private readonly Option<string?> _file = new("--file") { Description = "Add the row to this row file instead of the table; works without storage.", HelpName = "file" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Ask nothing: take what is proposed, and write the row when its test succeeds." };
    private readonly Option<bool> _noTest = new("--no-test") { Description = "Write the row without testing it." };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>A command.</summary>
    protected NewRowCommand(Surroundings here, string description, params string[] examples)
        : base(here, "new", description, examples)
    {
        _name.Refuse(name => name is not null && ResourceName.IsValid(name), $"--name: allowed are {ResourceName.Allowed}.");
        Options.Add(_name);
        Options.Add(_set);
        Options.Add(_file);
        Options.Add(_yes);
        Options.Add(_noTest);
        Options.Add(_storage);
    }

    /// <summary>Finds out what the row is about, and says what to do on the other side.</summary>
    /// <returns>The row to fill in; null when nobody said.</returns>
    protected abstract Task<RowDraft?> ChooseAsync(NewRow making, ParseResult parsed, CancellationToken cancellationToken);

    /// <summary>What there is to ask beyond the parameters.</summary>
    protected virtual Task AskMoreAsync(NewRow making, RowDraft draft, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The host that the row's secrets are for; null when that is not known.</summary>
    protected abstract string? HostOf(Operations.Rows.DesiredRows row);

    /// <summary>Tests what was made, and prints what came of it unless JSON is wanted.</summary>
    protected abstract Task<NewRowTest> TestAsync(NewRow making, IConfiguration settings, Operations.Rows.DesiredRows row, bool json, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var dialogue = new Dialogue(Here, asks: !parsed.GetValue(_yes));
        var settings = Here.SettingsWith(parsed.GetValue(_storage));
        if (parsed.GetValue(_file) is { } file)
        {
            return await MakeAsync(new NewRow(dialogue, printer, await FilePlace.OpenAsync(Here.Folder, file, cancellationToken)), settings, parsed, cancellationToken);
        }

        return await Installation.UseAsync(
            settings,
            Here.Time,
            printer.Note,
            async installation => await MakeAsync(new NewRow(dialogue, printer, await TablePlace.OpenAsync(installation, cancellationToken)), settings, parsed, cancellationToken),
            cancellationToken);
    }

    private async Task<int> MakeAsync(NewRow making, IConfiguration settings, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (await ChooseAsync(making, parsed, cancellationToken) is not { } draft)
        {
            return making.EndMissing(parsed);
        }

        foreach (var (column, value) in SetOption.Read(parsed.GetValue(_set)))
        {
            if (draft.Set(column, value) is { } wrong)
            {
                making.Printer.Note($"--set {wrong}");
                return ExitCode.Usage;
            }
        }

        var name = await making.NameAsync(draft, parsed.GetValue(_name), cancellationToken);
        await making.AskParametersAsync(draft, name, cancellationToken);
        await AskMoreAsync(making, draft, cancellationToken);
        if (!making.Dialogue.IsOpen && !parsed.GetValue(_yes))
        {
            making.Missing.Add("--yes (nobody can be asked whether the row is to be written)");
        }

        if (making.Missing.Count > 0)
        {
            return making.EndMissing(parsed);
        }

        var row = draft.Row(name);
        var desired = making.Place.Check(row);
        if (desired.Problems.Count > 0)
        {
            making.PrintProblems(desired.Problems);
            return ExitCode.Failed;
        }

        var ready = await making.AskSecretsAsync(settings, Here.Time, draft, HostOf(desired), cancellationToken);
        var json = WantsJson(parsed);
        var tested = parsed.GetValue(_noTest) ? new NewRowTest(true) : await TestAsync(making, ready, desired, json, cancellationToken);
        return await WriteAsync(making, row, desired, tested, json, parsed, cancellationToken);
    }

    private async Task<int> WriteAsync(
        NewRow making, FileRow row, Operations.Rows.DesiredRows desired, NewRowTest tested, bool json, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!json)
        {
            making.Printer.Line();
            making.Printer.Line(RowFileEdit.Alone(row.Kind, row.Row).TrimEnd('\n'));
        }

        foreach (var note in desired.Notes)
        {
            making.Printer.Note($"note: {new Problem(note.Where, note.What)}");
        }

        var isWanted = parsed.GetValue(_yes) ? tested.IsGood
            : await making.Dialogue.ConfirmAsync(tested.IsGood ? $"Write it to {making.Place.Title}?" : $"The test failed. Write it to {making.Place.Title} all the same?", tested.IsGood, cancellationToken);
        if (isWanted is null)
        {
            making.Missing.Add("--yes (nobody can be asked whether the row is to be written)");
            return making.EndMissing(parsed);
        }

        var problems = isWanted.Value ? await making.Place.AddAsync(row, cancellationToken) : [];
        var isWritten = isWanted.Value && problems.Count == 0;
        if (json)
        {
            making.Printer.Json(NewRowShape.Of(row, isWritten, tested.Source, tested.Destination), CliJson.Default.NewRowShape);
        }
        else if (isWritten)
        {
            making.Printer.Line($"{row.Kind.Word()} '{row.Row.Name}': added to {making.Place.Title}");
        }

        if (!isWritten)
        {
            making.PrintProblems(problems);
            making.Printer.Note(tested.IsGood || parsed.GetValue(_yes) is false ? "Nothing was written." : "Nothing was written, since the test failed; --no-test writes the row all the same.");
        }

        return isWritten ? ExitCode.Done : ExitCode.Failed;
    }
}
