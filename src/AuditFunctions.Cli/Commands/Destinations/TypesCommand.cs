using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Operations;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary><c>auditfn destinations types [NAME]</c></summary>
internal sealed class TypesCommand : CliCommand
{
    private readonly Argument<string?> _name = new("NAME") { Description = "Show this type's columns and a row to start from.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public TypesCommand(Surroundings here)
        : base(here, "types", "Lists the kinds of destinations, and their columns.", "auditfn destinations types", "auditfn destinations types splunk-hec")
    {
        _name.Offer(() => DestinationCatalog.Types.Select(type => type.Name));
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var all = DestinationCatalog.Types;
        var name = parsed.GetValue(_name);
        IDestinationType[] types = name is null
            ? [.. all]
            : [all.FirstOrDefault(type => type.Name == name) ?? throw KnownNames.Unknown("type", name, all.Select(type => type.Name))];
        if (WantsJson(parsed))
        {
            var shapes = types.Select(type => new TypeShape(type.Name, [.. DestinationCatalog.ColumnsOf(type).Select(ParameterShape.Of)]));
            printer.Json(new TypeListShape([.. shapes]), CliJson.Default.TypeListShape);
        }
        else if (name is null)
        {
            printer.Table(["type", "columns"], types.Select(type => new[] { type.Name, ParameterLines.InShort(DestinationCatalog.ColumnsOf(type)) }));
            printer.Note("Required columns first; 'auditfn destinations types NAME' explains each.");
        }
        else
        {
            var columns = DestinationCatalog.ColumnsOf(types[0]);
            printer.Line(name);
            ParameterLines.Print(printer, columns);
            printer.Line();
            printer.Line("# A row to start from");
            printer.Line("destinations:");
            printer.Line("  - name: siem");
            printer.Line($"    type: {name}");
            ParameterLines.PrintRow(printer, columns, "siem", types[0].UsualColumns);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
