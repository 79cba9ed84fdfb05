using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting;
using AuditFunctions.Http.Network;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>What is to be recorded.</summary>
/// <param name="Template">The template.</param>
/// <param name="Templates">All templates, that one among them.</param>
/// <param name="Columns">Columns of a row, as a person gave them.</param>
/// <param name="Pages">How many pages to follow at most.</param>
/// <param name="HidesPeople">Whether e-mail and IP addresses are replaced by invented ones.</param>
public sealed record RecordWish(SourceTemplate Template, TemplateCatalog Templates, IReadOnlyDictionary<string, string> Columns, int Pages, bool HidesPeople);

/// <summary>A contract of real requests.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Replayed">What came of replaying it.</param>
/// <param name="Events">How many events the vendor gave.</param>
public sealed record RecordedContract(Contract Contract, ReplayedContract Replayed, int Events)
{
    /// <summary>Lines that stand before it in a file.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}

/// <summary>Asks a vendor with a template and makes a contract of what was asked and answered, without secrets. Ships and writes nothing.</summary>
public static class RecordTemplate
{
    private static readonly SettingMap Unpacked = (SettingMap)SettingYaml.Read("events: { compression: none }", "", new Problems())!;

    /// <summary>Records it.</summary>
    /// <param name="settings">The settings: secrets may be among them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="wish">What is to be recorded.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">A column is wrong, or the vendor gave no page.</exception>
    public static async Task<RecordedContract> RunAsync(IConfiguration settings, TimeProvider time, RecordWish wish, CancellationToken cancellationToken)
    {
        var source = Define(wish);
        var template = Whole(wish);
        var recorder = new CallRecorder();
        await using var services = Services(settings, time, recorder);
        var run = ActivatorUtilities.CreateInstance<DryRun>(services);
        var (partitions, lookedUp) = await PartitionsAsync(run, source, recorder, cancellationToken);
        var key = partitions is [var first, ..] ? first : PartitionId.Single;
        var result = await run.RunAsync(source, new PartitionId(source.Name, key), new Checkpoint(), null, 0, wish.Pages, cancellationToken);
        if (result.Window is not { } window || (result.Problem is not null && result.Inspections.All(page => page.Page is null)))
        {
            throw new OperationException($"Nothing was recorded: {result.Problem ?? "nothing is to be read yet."}");
        }

        var baseUrl = Addresses.BaseOf(template, wish.Columns) ?? new Uri(recorder.Calls[^1].Url.GetLeftPart(UriPartial.Authority));
        var draft = new ContractDraft(Redactors(result, recorder), wish.HidesPeople ? new HiddenPeople() : null, baseUrl, SettingJson.Write(template.Definition));
        var polls = new List<ContractPoll>();
        if (lookedUp > 0)
        {
            polls.Add(Poll("recorded partitions", window, recorder.Calls.Take(lookedUp), draft) with { Partitions = partitions });
        }

        polls.Add(Poll("recorded", window, recorder.Calls.Skip(lookedUp), draft) with
        {
            Partition = source.Partitions is null ? null : draft.Safe(key),
            Ends = result.IsLast ? ContractPoll.Drained : ContractPoll.More,
        });
        var contract = new Contract(wish.Template.Name, Parameters(wish, draft), await InventedAsync(template, source, services, cancellationToken), Overlay(wish, template, recorder, draft), polls);
        var (fitted, replayed) = await FittedContract.OfAsync(contract, wish.Templates, cancellationToken);
        return new RecordedContract(fitted, replayed, result.Events)
        {
            Comments =
            [
                $"Recorded from the vendor on {Instants.Iso(time.GetUtcNow())[..10]}. The events are REAL DATA: names, addresses and what people did.",
                "Secrets and what was exchanged for them were removed; read every line before you share this file, and put invented values in the place of real ones.",
            ],
        };
    }

    private static SourceDefinition Define(RecordWish wish)
    {
        var columns = TableRow.NewColumns();
        columns[SourceColumns.Destination] = "siem";
        foreach (var (name, value) in wish.Columns)
        {
            columns[name] = value;
        }

        columns[SourceColumns.Template] = wish.Template.Name;
        var problems = new Problems();
        var source = new DefinitionReader(wish.Templates).Read(new TableRow("recording", columns), problems);
        return source is null ? throw new OperationException(string.Join(Environment.NewLine, problems.Found.Select(problem => $"--set {problem}")))
            : source;
    }

    // A source with a way out of its own has a client of its own.
    private static ServiceProvider Services(IConfiguration settings, TimeProvider time, CallRecorder recorder) => Installation.Services(settings, time, more =>
    {
        more.AddHttpClient(VendorNetworks.ClientName).AddHttpMessageHandler(recorder.Handler);
        more.AddSingleton(services => new VendorNetworks(services.GetRequiredService<IHttpClientFactory>(), services.GetRequiredService<AddressRules>()) { Between = recorder.Handler });
    });

    // The template with what the row lays over it.
    private static SourceTemplate Whole(RecordWish wish)
    {
        if (RowDefinition(wish) is not { } over)
        {
            return wish.Template;
        }

        var own = TemplateReader.Read(over, new Problems());
        return wish.Template with
        {
            Parameters = [.. wish.Template.Parameters.Where(parameter => own.Parameters.All(other => other.Name != parameter.Name)), .. own.Parameters],
            Definition = SettingOverlay.Lay(own.Definition, wish.Template.Definition),
        };
    }

    private static SettingMap? RowDefinition(RecordWish wish) =>
        wish.Columns.GetValueOrDefault(SourceColumns.Definition) is { } text ? SettingYaml.Read(text, "", new Problems()) as SettingMap : null;

    private static string? Overlay(RecordWish wish, SourceTemplate whole, CallRecorder recorder, ContractDraft draft)
    {
        var over = Addresses.Overlay(whole);
        if (recorder.Calls.Any(call => call.IsUnpacked))
        {
            over = SettingOverlay.Lay(Unpacked, over ?? new SettingMap(0, []));
        }

        over = RowDefinition(wish) is { } row ? SettingOverlay.Lay(over ?? new SettingMap(0, []), row) : over;
        return over is null ? null : draft.Safe(SettingJson.Write(SettingOverlay.WithoutLines(over)));
    }

    private static async Task<(IReadOnlyList<string> Keys, int LookedUp)> PartitionsAsync(DryRun run, SourceDefinition source, CallRecorder recorder, CancellationToken cancellationToken)
    {
        if (source.Partitions is not { AreLookedUp: true } partitions)
        {
            return (source.Partitions?.Listed ?? [], 0);
        }

        var (found, problem) = await run.PartitionsAsync(source, cancellationToken);
        return problem is null && found.Keys.Count > 0
            ? (found.Keys, recorder.Calls.Count)
            : throw new OperationException($"Nothing was recorded: {problem ?? "the vendor lists no partitions."}");
    }

    private static List<Redactor> Redactors(DryRunResult result, CallRecorder recorder)
    {
        List<Redactor> redactors = [.. result.Inspections.Select(page => page.Known).OfType<Redactor>()];
        redactors.Add(new Redactor(recorder.Calls.SelectMany(call => SecretMembers.Of(call.Answer))));
        return redactors.Count > 1 ? redactors : throw new OperationException("Nothing was recorded: no request was made that says what its secrets are.");
    }

    private static ContractPoll Poll(string title, WindowInProgress window, IEnumerable<RecordedCall> calls, ContractDraft draft) =>
        new(title, window.FromAt, window.ToAt, GoesOn: false, [.. calls.Select(draft.Of)], [], 0, ContractPoll.Drained);

    private static Dictionary<string, string> Parameters(RecordWish wish, ContractDraft draft) => wish.Columns
        .Where(column => !SecretName.TryParse(column.Value, out _) && (!SourceColumns.IsCommon(column.Key) || column.Key.Equals(SourceColumns.PageSize, StringComparison.OrdinalIgnoreCase)))
        .ToDictionary(column => column.Key, column => draft.Safe(column.Value), StringComparer.OrdinalIgnoreCase);

    // Of a secret nothing but its kind is kept.
    private static async Task<Dictionary<string, string>> InventedAsync(SourceTemplate template, SourceDefinition source, ServiceProvider services, CancellationToken cancellationToken)
    {
        var invented = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in template.Parameters.Where(parameter => parameter.Secret && source.Secrets.ContainsKey(parameter.Name)))
        {
            var value = (await services.GetRequiredService<ISecretStore>().GetAsync(source.Secrets[parameter.Name], SecretRead.Cached, cancellationToken)).Reveal();
            invented[parameter.Name] = !value.Contains("PRIVATE KEY", StringComparison.Ordinal) ? $"{parameter.Name}-secret"
                : value.TrimStart().StartsWith('{') ? "(service account)" : "(rsa key)";
        }

        return invented;
    }
}
