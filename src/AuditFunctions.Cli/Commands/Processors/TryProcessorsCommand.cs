using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Events;
using AuditFunctions.Operations.Processors;
using AuditFunctions.Pipeline.Storage.Lookups;

namespace AuditFunctions.Cli.Commands.Processors;

/// <summary><c>auditfn processors try FILE EVENTS</c></summary>
internal sealed class TryProcessorsCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A list of processors, a definition or template that holds one, or a row file." };
    private readonly Argument<string> _events = new("EVENTS") { Description = "A file of events: one JSON value a line." };
    private readonly Option<string?> _name = new("--name") { Description = "Which source of a row file, when it has several." };
    private readonly Option<string?> _destination = new("--destination") { Description = "What this destination of the source gets; without it what all get." };
    private readonly Option<string> _id = new("--id-path") { Description = "Where an event's id is.", DefaultValueFactory = _ => "id" };
    private readonly Option<string> _time = new("--time-path") { Description = "Where an event's time is.", DefaultValueFactory = _ => "time" };

    private readonly Option<string> _lookups = new("--lookups") { Description = "The folder of the lookup files.", DefaultValueFactory = _ => "lookups" };

    /// <summary>The command.</summary>
    public TryProcessorsCommand(Surroundings here)
        : base(
            here,
            "try",
            "Shows what processors make of a file of events. Needs no storage, network or secret.",
            "auditfn processors try processors.yaml events.jsonl",
            "auditfn processors try rows.yaml events.jsonl --name okta-prod --id-path uuid --time-path published")
    {
        _id.Refuse(IsPath, "--id-path must be a path such as meta.id.");
        _time.Refuse(IsPath, "--time-path must be a path such as meta.time.");
        Arguments.Add(_file);
        Arguments.Add(_events);
        Options.Add(_name);
        Options.Add(_destination);
        Options.Add(_id);
        Options.Add(_time);
        Options.Add(_lookups);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var (id, time) = (JsonPath.Parse(parsed.GetValue(_id)!), JsonPath.Parse(parsed.GetValue(_time)!));
        var lookups = new LookupCache(new LookupFolder(Path.GetFullPath(parsed.GetValue(_lookups)!, Here.Folder)), Here.Time);
        var (previewed, hint) = await new TryProcessors(Here.Folder, lookups, Here.Time).RunAsync(
            parsed.GetRequiredValue(_file), parsed.GetValue(_name), parsed.GetValue(_destination), parsed.GetRequiredValue(_events), (id, time), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(PreviewShape.Of(previewed), CliJson.Default.PreviewShape);
        }
        else
        {
            PreviewReport.Print(printer, previewed);
        }

        if (hint is not null)
        {
            printer.Note(hint);
        }

        return ExitCode.Done;
    }

    private static bool IsPath(string? text) => text is not null && JsonPath.TryParse(text, out _, out _);
}
