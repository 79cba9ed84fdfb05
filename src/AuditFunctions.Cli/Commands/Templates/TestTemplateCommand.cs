using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations.Contracts;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates test FILE…</c></summary>
internal sealed class TestTemplateCommand : CliCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Contract files, NAME.contract.yaml, each beside its template NAME.yaml.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _template = new("--template") { Description = "The template's file, when it is not beside the contract.", HelpName = "file" };

    /// <summary>The command.</summary>
    public TestTemplateCommand(Surroundings here)
        : base(
            here,
            "test",
            "Replays contract files against their templates, offline: requests are checked in order, answers come from the file, events are compared.",
            "auditfn templates test acme-audit.contract.yaml",
            "auditfn templates test acme.contract.yaml --template acme-audit.yaml --json")
    {
        Arguments.Add(_files);
        Options.Add(_template);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var shapes = new List<ContractShape>();
        foreach (var name in parsed.GetRequiredValue(_files))
        {
            var file = await ContractFile.ReadAsync(name, parsed.GetValue(_template), Here.Folder, cancellationToken);
            foreach (var (variant, contract) in file.Contract.Variants.Prepend(file.Contract).Index())
            {
                var replayed = await ContractReplay.RunAsync(contract, file.Templates, cancellationToken);
                shapes.Add(ContractShape.Of(file, variant, replayed));
                if (!WantsJson(parsed))
                {
                    ReplayLines.Print(printer, file, variant, replayed);
                }
            }
        }

        var kept = shapes.All(shape => shape.Kept);
        if (WantsJson(parsed))
        {
            printer.Json(new ContractTestShape(kept, shapes), CliJson.Default.ContractTestShape);
        }

        return kept ? ExitCode.Done : ExitCode.Failed;
    }
}
