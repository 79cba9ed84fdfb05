using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Cli;

/// <summary>Runs a command line: parses it, runs its command, and turns what went wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    // How long a command may take to end after Ctrl-C: two tries of a delivery, each within its time-out.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(150);

    /// <summary>Runs.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings here, CancellationToken cancellationToken)
    {
        var parsed = Root.Create(here).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return await ReportUsageAsync(parsed, here);
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = here.Output,
                Error = here.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopTimeout,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OperationException exception)
        {
            return await FailAsync(here, exception.Message);
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(here, string.Join(Environment.NewLine, exception.Failures));
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(here, "Stopped.");
        }
        catch (Exception exception) when (StorageTrouble.Explain(exception) is { } explained)
        {
            return await FailAsync(here, explained);
        }
    }

    private static async Task<int> ReportUsageAsync(ParseResult parsed, Surroundings here)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', parsed.CommandResult.Path());
        if (command.Subcommands.Count > 0)
        {
            // A group alone, or with a word that is none of its commands.
            var unknown = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is no command of '{path}'" : $"'{path}' needs a command";
            await here.Error.WriteLineAsync(Printable.Of($"{unknown}: {string.Join(", ", command.Subcommands.Select(known => known.Name))}."));
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                await here.Error.WriteLineAsync(Printable.Of(
                    error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: var missing } ? $"{missing.Name} is missing: {missing.Description}" : error.Message));
            }
        }

        await here.Error.WriteLineAsync($"See '{path} --help'.");
        return ExitCode.Usage;
    }

    private static async Task<int> FailAsync(Surroundings here, string message)
    {
        await here.Error.WriteLineAsync(Printable.Of(message));
        return ExitCode.Failed;
    }
}
