using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn version</c>, also as <c>auditfn --version</c>.</summary>
internal sealed class VersionCommand(Surroundings here) : CliCommand(here, "version", "Shows the version.", "auditfn version --json")
{
    // The source revision stands after a plus sign.
    private static readonly string Version =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The option of the same meaning.</summary>
    public static Option<bool> Option() => new("--version") { Description = "Show the version.", Action = new Print() };

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        if (WantsJson(parsed))
        {
            printer.Json(new VersionShape(Version, RuntimeInformation.FrameworkDescription), CliJson.Default.VersionShape);
        }
        else
        {
            printer.Line(Version);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private sealed class Print : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Version);
            return ExitCode.Done;
        }
    }
}
