using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary>A command about shipped templates, which needs no storage, or with <c>--own</c> about those of an installation.</summary>
internal abstract class TemplateCommand : CliCommand
{
    private readonly Option<bool> _own = new("--own") { Description = "Those that this installation has of its own, in table Templates, instead of the shipped ones." };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>A command.</summary>
    protected TemplateCommand(Surroundings here, string name, string description, params string[] examples)
        : base(here, name, description, examples)
    {
        Options.Add(_own);
        Options.Add(_storage);
    }

    /// <summary>The installation's own templates; null when the shipped ones are meant. What is wrong with one is a note.</summary>
    protected async Task<IReadOnlyList<SourceTemplate>?> OwnAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(_own))
        {
            return null;
        }

        var rows = await Installation.UseAsync(
            Here.SettingsWith(parsed.GetValue(_storage)), Here.Time, printer.Note, installation => installation.OwnTemplatesAsync(cancellationToken), cancellationToken);
        foreach (var row in rows.Values.Where(row => row.Definition is null))
        {
            printer.Note($"template '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
        }

        return [.. rows.Values.Select(row => row.Definition).OfType<SourceTemplate>()];
    }
}
