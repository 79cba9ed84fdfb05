using System.CommandLine;
using System.Runtime.CompilerServices;
using AuditFunctions.Cli.Output;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using Azure;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary>A command on the dead letters that its options name.</summary>
internal abstract class LetterCommand : StorageCommand
{
    private readonly LetterFilterOptions _filter = new();

    /// <summary>A command.</summary>
    protected LetterCommand(Surroundings here, string name, string description, params string[] examples)
        : base(here, name, description, examples) => _filter.AddTo(this);

    /// <summary>The dead letters, by name; none when the container is missing.</summary>
    public static async IAsyncEnumerable<DeadLetter> ListAsync(Installation installation, DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var letters = installation.Get<DeadLetterStore>().ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await letters.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == "ContainerNotFound")
            {
                yield break;
            }

            yield return letters.Current;
        }
    }

    /// <summary>Runs the command.</summary>
    protected abstract Task<int> RunAsync(Installation installation, IAsyncEnumerable<DeadLetter> letters, ParseResult parsed, Printer printer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken) =>
        RunAsync(installation, ListAsync(installation, _filter.Of(parsed), cancellationToken), parsed, printer, cancellationToken);
}
