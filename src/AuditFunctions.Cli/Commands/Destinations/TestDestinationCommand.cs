using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Destinations;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary><c>auditfn destinations test NAME</c></summary>
internal sealed class TestDestinationCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The destination.");

    /// <summary>The command.</summary>
    public TestDestinationCommand(Surroundings here)
        : base(here, "test", "Asks whether a destination is well, where it can be asked, and sends it one marked event.", "auditfn destinations test splunk") =>
        Arguments.Add(_name);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var tested = await new TestDestination(installation, Here.Time).RunAsync(parsed.GetRequiredValue(_name), cancellationToken);
        var shape = DestinationTestShape.Of(tested);
        if (WantsJson(parsed))
        {
            printer.Json(shape, CliJson.Default.DestinationTestShape);
        }
        else
        {
            DestinationTestLines.Print(printer, shape);
        }

        return shape.Delivered ? ExitCode.Done : ExitCode.Failed;
    }
}
