using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary>A command on the dead letters that its options name.</summary>
internal abstract class LetterCommand : StorageCommand
{
    private readonly LetterFilterOptions _filter = new();

    /// <summary>A command.</summary>
    protected LetterCommand(Surroundings here, string name, string description, params string[] examples)
        : base(here, name, description, examples) => _filter.AddTo(this);

    /// <summary>Runs the command.</summary>
    protected abstract Task<int> RunAsync(DeadLetterActions letters, DeadLetterFilter filter, ParseResult parsed, Printer printer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken) =>
        RunAsync(new DeadLetterActions(installation), _filter.Of(parsed), parsed, printer, cancellationToken);
}
