using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Sources.Catalogs;

namespace AuditFunctions.Cli.Commands.Processors;

/// <summary><c>auditfn processors show NAME</c></summary>
internal sealed class ShowProcessorCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "An action." };

    /// <summary>The command.</summary>
    public ShowProcessorCommand(Surroundings here)
        : base(here, "show", "Shows what an action does, and its keys.", "auditfn processors show redact")
    {
        _name.Offer(() => SourceCatalogs.Actions.Select(action => action.Name));
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var action = SourceCatalogs.Actions.FirstOrDefault(known => known.Name == name) ?? throw KnownNames.Unknown("action", name, SourceCatalogs.Actions.Select(known => known.Name));
        if (WantsJson(parsed))
        {
            printer.Json(new ProcessorShape(action.Name, action.Keys, action.What), CliJson.Default.ProcessorShape);
        }
        else
        {
            printer.Line($"{action.Name}: {action.What}");
            printer.Pairs(("keys", action.Keys), ("of every action", "`name`, `when`"));
        }

        return Task.FromResult(ExitCode.Done);
    }
}
