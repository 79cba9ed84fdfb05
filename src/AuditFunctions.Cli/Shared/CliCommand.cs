using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;

namespace AuditFunctions.Cli.Shared;

/// <summary>Something whose help shows examples.</summary>
internal interface IHasExamples
{
    /// <summary>Command lines.</summary>
    IReadOnlyList<string> Examples { get; }
}

/// <summary>A command: it has examples and <c>--json</c>.</summary>
internal abstract class CliCommand : Command, IHasExamples
{
    /// <summary>A command.</summary>
    protected CliCommand(Surroundings here, string name, string description, params string[] examples)
        : base(name, description)
    {
        Here = here;
        Examples = examples;
        Options.Add(Json);
        SetAction((parsed, cancellationToken) => RunAsync(parsed, new Printer(here.Output, here.Error), cancellationToken));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>What the command sees of the world.</summary>
    protected Surroundings Here { get; }

    /// <summary>The option that asks for JSON.</summary>
    protected Option<bool> Json { get; } = new("--json") { Description = "Write JSON to standard output instead of text." };

    /// <summary>Runs the command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken);

    /// <summary>Whether JSON is wanted.</summary>
    protected bool WantsJson(ParseResult parsed) => parsed.GetValue(Json);
}

/// <summary>A command that works on a storage account: it has <c>--storage</c>.</summary>
internal abstract class StorageCommand : CliCommand
{
    private readonly Option<string?> _storage = StorageOption();

    /// <summary>A command.</summary>
    protected StorageCommand(Surroundings here, string name, string description, params string[] examples)
        : base(here, name, description, examples) => Options.Add(_storage);

    /// <summary>The option that names the storage account.</summary>
    public static Option<string?> StorageOption() => new("--storage")
    {
        Description = "Connection string of the storage account. Default: the setting AzureWebJobsStorage, from the environment or local.settings.json, else Azurite's.",
        HelpName = "connection string",
    };

    /// <summary>Runs the command on the storage account.</summary>
    protected abstract Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken) =>
        Installation.UseAsync(Here.SettingsWith(parsed.GetValue(_storage)), Here.Time, printer.Note, installation => RunAsync(installation, parsed, printer, cancellationToken), cancellationToken);
}

/// <summary>Commands about one thing.</summary>
internal sealed class CommandGroup : Command, IHasExamples
{
    /// <summary>A group.</summary>
    public CommandGroup(string name, string description, string example, params Command[] commands)
        : base(name, description)
    {
        Examples = [example];
        foreach (var command in commands)
        {
            Subcommands.Add(command);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; }
}
