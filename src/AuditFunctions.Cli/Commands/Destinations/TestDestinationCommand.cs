using System.CommandLine;
using System.Diagnostics;
using AuditFunctions.Cli.Output;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Shipping;

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
        var row = (await installation.DestinationsAsync(cancellationToken)).Find("destination", parsed.GetRequiredValue(_name));
        var destination = row.Definition ?? throw new CommandException($"The row of destination '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
        var client = installation.Get<DestinationClient>();
        var health = await client.CheckHealthAsync(destination, cancellationToken);
        var delivery = await MarkedEvent.DeliverAsync(client, destination, Here.Time.GetUtcNow(), cancellationToken);
        var shape = new DestinationTestShape(
            destination.Name,
            delivery is DeliveryResult.Delivered,
            health is null ? null : Answer(health) ?? "healthy",
            Answer(delivery));
        if (WantsJson(parsed))
        {
            printer.Json(shape, CliJson.Default.DestinationTestShape);
            return shape.Delivered ? ExitCode.Done : ExitCode.Failed;
        }

        if (shape.Health is { } state)
        {
            printer.Line($"destination '{shape.Name}': health: {state}");
        }

        if (shape.Delivered)
        {
            printer.Line($"destination '{shape.Name}': took the marked event; search for \"auditfunctions\":\"test\"");
            return ExitCode.Done;
        }

        printer.Note($"destination '{shape.Name}': did not take the marked event: {shape.Answer}");
        return ExitCode.Failed;
    }

    private static string? Answer(DeliveryResult result) => result switch
    {
        DeliveryResult.Delivered => null,
        DeliveryResult.Deferred deferred => deferred.Reason,
        DeliveryResult.Refused refused => refused.Reason,
        DeliveryResult.Rejected rejected => rejected.Reason,
        _ => throw new UnreachableException(),
    };
}
