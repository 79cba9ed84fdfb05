using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary>Sets a source's switch, the column <c>enabled</c>.</summary>
internal abstract class SwitchSourceCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The source.");
    private readonly bool _enabled;

    /// <summary>A command.</summary>
    protected SwitchSourceCommand(Surroundings here, string name, string description, bool enabled)
        : base(here, name, description, $"auditfn sources {name} okta-prod")
    {
        _enabled = enabled;
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", parsed.GetRequiredValue(_name));
        var was = RowSwitch.IsOn(row);
        if (was != _enabled)
        {
            await installation.Sources.WriteAsync([RowSwitch.Set(row.Row, _enabled)], cancellationToken);
        }

        if (WantsJson(parsed))
        {
            printer.Json(new SwitchedShape(row.Row.Name, _enabled), CliJson.Default.SwitchedShape);
            return ExitCode.Done;
        }

        printer.Line($"source '{row.Row.Name}': {(was == _enabled ? "already " : "")}{(_enabled ? "resumed" : "paused")}");
        return ExitCode.Done;
    }
}
