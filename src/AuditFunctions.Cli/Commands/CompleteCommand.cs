using System.CommandLine;
using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn complete LINE</c>: what the scripts of <see cref="CompletionCommand"/> ask. Looks at the command line only, never at storage.</summary>
internal sealed class CompleteCommand : Command, IHasExamples
{
    /// <summary>The command.</summary>
    /// <param name="here">What it sees of the world.</param>
    /// <param name="root">The commands to complete.</param>
    public CompleteCommand(Surroundings here, Command root)
        : base("complete", "Writes what may stand at the end of a command line: for completion scripts.")
    {
        Hidden = true;
        var line = new Argument<string>("LINE") { Description = "The command line up to the cursor." };
        Arguments.Add(line);
        SetAction(async (parsed, cancellationToken) =>
        {
            foreach (var label in Found(root, parsed.GetRequiredValue(line)))
            {
                await here.Output.WriteLineAsync(label.AsMemory(), cancellationToken);
            }

            return ExitCode.Done;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["auditfn complete -- 'auditfn sources te'"];

    private static IEnumerable<string> Found(Command root, string text)
    {
        // The parser does not complete '--name=val': 'val' is completed as if it stood alone, as shells do that part words at '='.
        if (text.LastIndexOf('=') is >= 0 and var equals && equals > text.LastIndexOf(' '))
        {
            text = $"{text[..equals]} {text[(equals + 1)..]}";
        }

        // It also offers what only holds the word, which a shell would put in its place.
        var word = text.Split(' ')[^1];
        var line = root.Parse(text);
        string[] found =
        [
            .. line.GetCompletions(text.Length).Select(item => item.Label).Where(IsFull).Where(label => label.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.Ordinal),
        ];

        // Options are many: they are offered where one was begun, or where nothing else may stand. Where a file may, the shell offers files.
        var isOption = word.StartsWith('-') || (found.All(IsOption) && !WantsFile(line, word));
        return found.Where(label => IsOption(label) == isOption);
    }

    // The word that is being written counts as one already.
    private static bool WantsFile(ParseResult line, string word) =>
        line.CommandResult.Command.Arguments.Any(argument =>
            IsFile(argument.Name) && (line.CommandResult.GetResult(argument)?.Tokens.Count ?? 0) - (word.Length > 0 ? 1 : 0) < argument.Arity.MaximumNumberOfValues);

    private static bool IsFile(string argument) => argument is "SAMPLE" or "EVENTS" || argument.EndsWith("FILE", StringComparison.Ordinal);

    private static bool IsOption(string label) => label.StartsWith('-');

    // Not -h, -? and /h.
    private static bool IsFull(string label) => !label.StartsWith('/') && (!IsOption(label) || label.StartsWith("--", StringComparison.Ordinal));
}
