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
            var text = parsed.GetRequiredValue(line);
            string[] found = [.. root.Parse(text).GetCompletions(text.Length).Select(item => item.Label).Where(IsFull).Distinct(StringComparer.Ordinal)];

            // Options are many: they are offered where one was begun, or where nothing else may stand.
            var isOption = text.Split(' ')[^1].StartsWith('-') || found.All(IsOption);
            foreach (var label in found.Where(label => IsOption(label) == isOption))
            {
                await here.Output.WriteLineAsync(label.AsMemory(), cancellationToken);
            }

            return ExitCode.Done;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["auditfn complete -- 'auditfn sources te'"];

    private static bool IsOption(string label) => label.StartsWith('-');

    // Not -h, -? and /h.
    private static bool IsFull(string label) => !label.StartsWith('/') && (!IsOption(label) || label.StartsWith("--", StringComparison.Ordinal));
}
