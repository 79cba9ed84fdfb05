using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Operations.Drafting;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates new SAMPLE</c></summary>
internal sealed class NewTemplateCommand : CliCommand
{
    private const string None = "none";

    private readonly Argument<string> _sample = new("SAMPLE") { Description = "A file with the body of one answer of the vendor's API: JSON, with two events or more." };
    private readonly Option<string> _name = new("--name") { Description = "The template's name; also that of its files.", HelpName = "name", Required = true };
    private readonly Option<string> _url = new("--url") { Description = "What was asked for, with {from}, {to}, {pageSize} and {cursor} where the vendor takes them.", HelpName = "url", Required = true };
    private readonly Option<string> _auth = new("--auth") { Description = "How to sign in: bearer, none, or the name of the header that holds a key.", HelpName = "scheme", DefaultValueFactory = _ => "bearer" };
    private readonly Option<string?> _events = new("--events") { Description = "Path of the list of events; $ for the answer itself.", HelpName = "path" };
    private readonly Option<string?> _id = new("--id") { Description = "Path of an event's id; none where it has none.", HelpName = "path" };
    private readonly Option<string?> _time = new("--time") { Description = "Path of an event's time.", HelpName = "path" };
    private readonly Option<string?> _next = new("--next") { Description = "Path of what names the next page; none where nothing does.", HelpName = "path" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Ask nothing: take what is likeliest." };

    /// <summary>The command.</summary>
    public NewTemplateCommand(Surroundings here)
        : base(
            here,
            "new",
            "Starts a template from a sample answer: finds events, id, time and next page in it, and writes a template with a contract that it keeps.",
            "auditfn templates new answer.json --name acme-audit --url \"https://api.acme.example/v1/audit?since={from}&until={to}&cursor={cursor}\"",
            "auditfn templates new answer.json --name acme-audit --url https://api.acme.example/audit --auth X-Api-Key --time created_at --next none --yes")
    {
        _name.Refuse(text => text is not null && ResourceName.IsValid(text), $"--name: allowed: {ResourceName.Allowed}.");
        _url.Refuse(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && HttpsUrl.IsAllowed(url) && url.UserInfo.Length == 0, "--url must be an https:// URL without a user name, such as \"https://api.acme.example/v1/audit?since={from}\".");
        _auth.Refuse(text => text is { Length: > 0 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "--auth must be bearer, none, or the name of a header such as X-Api-Key.");
        Arguments.Add(_sample);
        foreach (var option in (Option[])[_name, _url, _auth, _events, _id, _time, _next, _yes])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var (file, name) = (parsed.GetRequiredValue(_sample), parsed.GetRequiredValue(_name));
        var (templateFile, contractFile) = ($"{name}.yaml", name + ContractReader.Suffix);
        OutFile.MustNotExist(Here.Folder, templateFile);
        OutFile.MustNotExist(Here.Folder, contractFile);
        var sample = await SampleAnswer.ReadAsync(file, Here.Folder, cancellationToken);
        var dialogue = new Dialogue(Here, !parsed.GetValue(_yes));
        var url = new Uri(parsed.GetRequiredValue(_url));

        var events = await ChooseAsync(dialogue, "Where is the list of events?", "--events", parsed.GetValue(_events), sample.Lists(), path => path.ToString(), isNeeded: true, cancellationToken);
        var id = await ChooseAsync(dialogue, "Where is an event's id?", "--id", parsed.GetValue(_id), sample.Ids(events!), path => path.ToString(), isNeeded: false, cancellationToken);
        var time = await ChooseAsync(dialogue, "Where is an event's time?", "--time", parsed.GetValue(_time), sample.Times(events!), found => found.Path.ToString(), isNeeded: true, cancellationToken);
        var next = await ChooseAsync(dialogue, "What names the next page?", "--next", parsed.GetValue(_next), sample.Nexts(events!, url.Authority), found => found.Path.ToString(), isNeeded: false, cancellationToken);

        var draft = new TemplateDraft(name, url, parsed.GetRequiredValue(_auth), sample) { Events = events!, Id = id, Time = time!, Next = next };
        await OutFile.WriteAsync(Here.Folder, templateFile, draft.Template(), cancellationToken);
        await OutFile.WriteAsync(
            Here.Folder, contractFile, ContractWriter.Write(draft.Contract(), "Made from a sample. If its events are real, put invented values in their place before you share this file."), cancellationToken);
        return await ReplayAsync(parsed, printer, draft, (templateFile, contractFile), cancellationToken);
    }

    private async Task<int> ReplayAsync(ParseResult parsed, Printer printer, TemplateDraft draft, (string Template, string Contract) files, CancellationToken cancellationToken)
    {
        var written = await ContractFile.ReadAsync(files.Contract, null, Here.Folder, cancellationToken);
        var replayed = await ContractReplay.RunAsync(written.Contract, written.Templates, cancellationToken);
        var events = draft.Sample.EventsAt(draft.Events).Count;
        if (WantsJson(parsed))
        {
            string[] wrong = [.. replayed.Problems.Select(problem => problem.ToString()), .. replayed.Polls.SelectMany(poll => poll.Wrong)];
            printer.Json(new RecordedShape(files.Contract, written.Contract.Polls.Sum(poll => poll.Exchanges.Count), events, replayed.IsKept, wrong), CliJson.Default.RecordedShape);
        }
        else
        {
            printer.Line($"{files.Template}: {Counted.Of(events, "event")} at {draft.Events}, id {draft.Id?.ToString() ?? None}, time {draft.Time.Path}, next page {draft.Next?.Path.ToString() ?? None}");
            ReplayLines.Print(printer, written, 0, replayed);
        }

        foreach (var note in draft.Notes())
        {
            printer.Note(note);
        }

        printer.Note($"Next: look at {files.Template}, then 'auditfn templates test {files.Contract}', and record real requests with 'auditfn templates record'.");
        return replayed.IsKept ? ExitCode.Done : ExitCode.Failed;
    }

    // The option, else the answer of a person, to whom all that was found is shown, else the likeliest.
    private static async Task<T?> ChooseAsync<T>(
        Dialogue dialogue, string question, string option, string? given, IReadOnlyList<T> found, Func<T, string> textOf, bool isNeeded, CancellationToken cancellationToken)
        where T : class
    {
        var known = string.Join(", ", found.Select(textOf).Concat(isNeeded ? [] : [None]));
        if (given is null && found.Count > 0)
        {
            var proposal = textOf(found[0]);
            var answer = proposal;
            await dialogue.AskAsync($"{question} Found: {known}", proposal, text => Problem(answer = text), cancellationToken);
            given = Problem(answer) is null ? answer : proposal;
        }

        return given is not null && Problem(given) is { } wrong ? throw new OperationException($"{option} {wrong}")
            : given is null && isNeeded ? throw new OperationException($"{question} Nothing like it was found in the sample. It needs a list of events, each an object with a time in ISO 8601 or seconds or milliseconds since 1970.")
            : found.FirstOrDefault(one => textOf(one) == given);

        string? Problem(string text) => (text == None && !isNeeded) || found.Any(one => textOf(one) == text) ? null : $"'{text}' is none of what was found: {known}.";
    }
}
