using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Sources;

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
        var source = await new SwitchSource(installation).RunAsync(parsed.GetRequiredValue(_name), _enabled, cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new SwitchedShape(source.Name, source.Enabled), CliJson.Default.SwitchedShape);
            return ExitCode.Done;
        }

        printer.Line($"source '{source.Name}': {(source.Changed ? "" : "already ")}{(source.Enabled ? "resumed" : "paused")}");
        return ExitCode.Done;
    }
}
