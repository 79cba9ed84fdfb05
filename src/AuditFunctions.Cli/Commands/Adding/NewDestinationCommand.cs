using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Operations.Destinations;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Pipeline.Shipping;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Cli.Commands.Adding;

/// <summary><c>auditfn destinations new [TYPE]</c></summary>
internal sealed class NewDestinationCommand : NewRowCommand
{
    private readonly Argument<string?> _type = new("TYPE") { Description = "The kind of destination; without it they are listed.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public NewDestinationCommand(Surroundings here)
        : base(
            here,
            "Adds a destination: says what to set up there, asks for its columns, sends it one marked event and writes the row.",
            "auditfn destinations new",
            "auditfn destinations new splunk-hec --file rows.yaml",
            "auditfn destinations new splunk-hec --name siem --set url=https://splunk.acme.example:8088 --set token=secret:hec --yes")
    {
        _type.Offer(() => DestinationCatalog.Types.Select(type => type.Name));
        Arguments.Add(_type);
    }

    /// <inheritdoc/>
    protected override async Task<RowDraft?> ChooseAsync(NewRow making, ParseResult parsed, CancellationToken cancellationToken)
    {
        var all = DestinationCatalog.Types;
        var type = parsed.GetValue(_type) is { } name
            ? all.FirstOrDefault(type => type.Name == name) ?? throw KnownNames.Unknown("type", name, all.Select(type => type.Name))
            : await AskTypeAsync(making, all, cancellationToken);
        if (type is null)
        {
            making.Missing.Add("TYPE ('auditfn destinations types' lists them)");
            return null;
        }

        making.Printer.Note($"{type.Name}: {type.Title}");
        if (DestinationSetup.Of(type.Name) is { } setup)
        {
            making.Printer.Note($"To set up there: {setup}");
        }

        making.Printer.Note($"Counts as delivered: {type.Proof}");
        IReadOnlyList<RowParameter> columns =
            [.. DestinationCatalog.ColumnsOf(type).Select(column => type.UsualColumns.Contains(column.Name) && column.Secret ? column with { Required = true } : column)];
        return new RowDraft(RowKind.Destination, [.. columns.Select(column => Asked(type, column))], DestinationCatalog.IsCommon).With("type", type.Name);
    }

    /// <inheritdoc/>
    protected override string? HostOf(DesiredRows row) =>
        row.Destinations is [{ Row.Row: var made }] && made["url"] is { } text && Uri.TryCreate(text, UriKind.Absolute, out var url) ? url.IdnHost : null;

    /// <inheritdoc/>
    protected override async Task<NewRowTest> TestAsync(NewRow making, IConfiguration settings, DesiredRows row, bool json, CancellationToken cancellationToken)
    {
        making.Printer.Note("Sending one marked event ...");
        await using var services = Installation.Services(settings, Here.Time);
        var tested = await TestDestination.OfNewAsync(services.GetRequiredService<DestinationClient>(), row.Destinations[0].Definition!, Here.Time, cancellationToken);
        var shape = DestinationTestShape.Of(tested);
        if (!json)
        {
            Commands.Destinations.DestinationTestLines.Print(making.Printer, shape);
        }

        return new NewRowTest(shape.Delivered) { Destination = shape };
    }

    private static async Task<IDestinationType?> AskTypeAsync(NewRow making, IReadOnlyList<IDestinationType> all, CancellationToken cancellationToken)
    {
        if (making.Dialogue.IsOpen)
        {
            Choices.Print(making.Printer, all.Select(type => $"{type.Name}: {type.Title}"));
        }

        IDestinationType? chosen = null;
        await making.Dialogue.AskAsync("Its number or name", null, answer =>
        {
            chosen = all.FirstOrDefault(type => type.Name == answer) ?? Choices.At(all, answer);
            return chosen is null ? $"There is no type '{answer}'.{Nearest.Question(answer, all.Select(type => type.Name))}" : null;
        }, cancellationToken);
        return chosen;
    }

    // What a row need not say is not asked one by one, although a default makes it complete.
    private static RowParameter Asked(IDestinationType type, RowParameter column) =>
        column.Default is null || type.UsualColumns.Contains(column.Name) ? column : column with { Required = false };
}
