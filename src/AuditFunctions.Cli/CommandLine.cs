using System.CommandLine;
using System.CommandLine.Invocation;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Secrets;
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
        string[] wrong = [.. UsageText.OfMistaken(parsed, arguments), .. parsed.Action is ParseErrorAction ? UsageText.Of(parsed) : []];
        if (wrong.Length > 0)
        {
            return await ReportUsageAsync(parsed, here, wrong);
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
        catch (Exception exception) when (exception is OperationException or SecretException)
        {
            return await FailAsync(here, exception.Message);
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(here, string.Join(Environment.NewLine, exception.Failures));
        }
        catch (Exception exception) when (IsStop(exception))
        {
            return await FailAsync(here, "Stopped.");
        }
        catch (Exception exception) when (StorageFailure.Explain(exception) is { } explained)
        {
            return await FailAsync(here, explained);
        }
        catch (Exception exception)
        {
            return await FailAsync(here, Unexpected(parsed, exception));
        }
    }

    // The storage clients put a stop together with the attempts that they have made before.
    private static bool IsStop(Exception exception) =>
        exception is OperationCanceledException || (exception is AggregateException many && many.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException));

    // Its message could hold anything, so only its kind is shown; the frames of a stack are our names.
    private static string Unexpected(ParseResult parsed, Exception exception)
    {
        var what = $"'{string.Join(' ', parsed.CommandResult.Path())}' met a fault in auditfn ({exception.GetType().Name}). What it had done stays; it may be called again.";
        return parsed.GetValue<bool>(Root.Debug) ? what + Environment.NewLine + exception.StackTrace : $"{what} Report it with what {Root.Debug} adds.";
    }

    private static async Task<int> ReportUsageAsync(ParseResult parsed, Surroundings here, string[] wrong)
    {
        foreach (var line in wrong)
        {
            await here.Error.WriteLineAsync(Printable.Of(line));
        }

        await here.Error.WriteLineAsync($"See '{string.Join(' ', parsed.CommandResult.Path())} --help'.");
        return ExitCode.Usage;
    }

    private static async Task<int> FailAsync(Surroundings here, string message)
    {
        await here.Error.WriteLineAsync(Printable.Of(message));
        return ExitCode.Failed;
    }
}
