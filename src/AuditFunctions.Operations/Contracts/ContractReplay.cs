using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Hosting;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Sources.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Operations.Contracts;

/// <summary>What came of one poll of a contract.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Exchanges">The requests, in order.</param>
/// <param name="Pages">How many pages came.</param>
/// <param name="Events">How many events came.</param>
/// <param name="Ended">How it ended.</param>
/// <param name="Differing">What is not as the contract says, but for what is wrong with a request.</param>
public sealed record ReplayedPoll(string Title, IReadOnlyList<ReplayedExchange> Exchanges, int Pages, int Events, string Ended, IReadOnlyList<string> Differing)
{
    /// <summary>All that is not as the contract says: first what is wrong with the requests. Empty when it was kept.</summary>
    public IReadOnlyList<string> Wrong => [.. Exchanges.SelectMany(exchange => exchange.Wrong), .. Differing];

    /// <summary>The ids of the events in order, or the keys of partitions that were looked up.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Whether the events have ids.</summary>
    public bool HasIds { get; init; }

    /// <summary>The events whose time could be read, in order.</summary>
    public IReadOnlyList<ReplayedEvent> Timed { get; init; } = [];

    /// <summary>The oldest time among the events.</summary>
    public DateTimeOffset? OldestAt => Timed.Count == 0 ? null : Timed.Min(one => one.Time);
}

/// <summary>An event of a contract's answers.</summary>
/// <param name="Json">Its bytes as text.</param>
/// <param name="Time">Its time.</param>
public sealed record ReplayedEvent(string Json, DateTimeOffset Time);

/// <summary>What came of a contract.</summary>
/// <param name="Polls">In order.</param>
/// <param name="Problems">Why nothing could be asked: what is wrong with the template or the contract's values.</param>
public sealed record ReplayedContract(IReadOnlyList<ReplayedPoll> Polls, IReadOnlyList<Problem> Problems)
{
    /// <summary>Whether the template keeps the contract.</summary>
    public bool IsKept => Problems.Count == 0 && Polls.All(poll => poll.Wrong.Count == 0);
}

/// <summary>Replays a contract on loopback against the client that every host uses: no vendor, no storage, no secret of anybody's.</summary>
public sealed class ContractReplay
{
    private const int MostPages = 100;
    private static readonly TimeSpan Margin = TimeSpan.FromDays(2);
    private readonly ContractAnswers _answers;
    private readonly SourceDefinition _source;
    private readonly VendorClient _client;
    private readonly ContractTime _time;

    private ContractReplay(SourceDefinition source, VendorClient client, ContractTime time, ContractAnswers answers) =>
        (_source, _client, _time, _answers) = (source, client, time, answers);

    /// <summary>Replays all of its polls, each even where one before it failed.</summary>
    /// <param name="contract">The contract; its variants are contracts of their own.</param>
    /// <param name="templates">The templates, of which one has its name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<ReplayedContract> RunAsync(Contract contract, TemplateCatalog templates, CancellationToken cancellationToken)
    {
        var answers = new ContractAnswers();
        await using var server = await ScriptedVendor.StartAsync(answers.Answer, cancellationToken);
        answers.Server = server.BaseUrl;
        var problems = new Problems();
        if (ContractSource.Read(contract, templates, server.BaseUrl, problems) is not { } source)
        {
            return new ReplayedContract([], [.. problems.Found]);
        }

        var time = new ContractTime(contract.Polls[0].To);
        await using var services = Services(contract, templates, time);
        var replay = new ContractReplay(source, services.GetRequiredService<VendorClient>(), time, answers);
        var polls = new List<ReplayedPoll>();
        string? cursor = null;
        foreach (var poll in contract.Polls)
        {
            time.GoTo(poll.To);
            var (replayed, next) = await replay.PollAsync(poll, poll.GoesOn ? cursor : null, cancellationToken);
            polls.Add(replayed);
            cursor = next;
        }

        return new ReplayedContract(polls, []);
    }

    /// <summary>What came instead of a page, as a contract's <c>ends</c> says it.</summary>
    public static string InWords(PageResult result) => result switch
    {
        PageResult.Throttled throttled => $"Throttled {throttled.StatusCode}, {throttled.RetryAfter?.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} s",
        PageResult.Refused refused => $"Refused {refused.StatusCode}: {refused.Reason}",
        PageResult.Failed failed => $"Failed {failed.StatusCode}: {failed.Reason}",
        _ => "Page",
    };

    private static ServiceProvider Services(Contract contract, TemplateCatalog templates, TimeProvider time)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(ContractSource.SecretSettings(contract, templates))
            .AddInMemoryCollection([new(PipelineServices.StorageSetting, "UseDevelopmentStorage=true")])
            .Build();
        return Installation.Services(settings, time, services => services.AddSingleton<IKeptTokens, NoKeptTokens>());
    }

    private async Task<(ReplayedPoll Poll, string? Cursor)> PollAsync(ContractPoll poll, string? cursor, CancellationToken cancellationToken)
    {
        _answers.Expect(poll.Exchanges);
        var wrong = new List<string>();
        if (poll.Partitions is { } keys)
        {
            var found = await new PartitionDiscovery(_client, _time).FindAsync(_source, cancellationToken);
            Compare("partitions", keys, found.Keys, wrong);
            return (Finish(poll, 0, 0, found.Failure is { } failure ? InWords(failure) : ContractPoll.Drained, wrong) with { Ids = found.Keys }, cursor);
        }

        if (poll.Partition is not null && _source.Partitions?.ValuesOf(poll.Partition) is null)
        {
            wrong.Add($"partition: the template has no partition '{poll.Partition}'.");
            return (Finish(poll, 0, 0, ContractPoll.Drained, wrong), cursor);
        }

        var (ids, pages, ended) = (new List<string>(), 0, ContractPoll.Drained);
        var timed = new List<ReplayedEvent>();
        var partition = poll.Partition is { } key ? _source.Partitions!.ValuesOf(key)! : new Dictionary<string, string>();
        await using var answers = new ExpandedPages(new JobPages(_client, _time), _time);
        while (true)
        {
            if (++pages > MostPages)
            {
                wrong.Add("the window never ends.");
                break;
            }

            var result = await answers.GetPageAsync(_source, new PageQuery(poll.From, poll.To, cursor) { Partition = partition }, cancellationToken);
            if (result is not PageResult.Page page)
            {
                (result as PageResult.Failed)?.Broken?.Dispose();
                ended = InWords(result);
                break;
            }

            using (page.Content)
            {
                Take(page.Content, _source.Reading, poll, ids, timed, wrong);
            }

            cursor = page.End.Cursor ?? cursor;
            if (page.End.IsLast)
            {
                break;
            }

            if (poll.Ends == ContractPoll.More && _answers.IsDone)
            {
                ended = ContractPoll.More;
                break;
            }
        }

        if (poll.Events is { } events)
        {
            Compare("events", events, ids, wrong);
        }
        else if (ids.Count != poll.Count)
        {
            wrong.Add($"events: {ids.Count} came, expected {poll.Count}.");
        }

        return (Finish(poll, pages, ids.Count, ended, wrong) with { Ids = ids, HasIds = _source.Reading.IdParts > 0, Timed = timed }, cursor);
    }

    private ReplayedPoll Finish(ContractPoll poll, int pages, int events, string ended, List<string> wrong)
    {
        var (seen, missing) = _answers.Take();
        if (!ended.StartsWith(poll.Ends, StringComparison.Ordinal))
        {
            wrong.Insert(0, $"'{ended}' instead of '{poll.Ends}'.");
        }

        if (missing.Count > 0)
        {
            wrong.Insert(0, $"not asked: {string.Join(", ", missing)}");
        }

        return new ReplayedPoll(poll.Title, seen, pages, events, ended, wrong);
    }

    private static void Take(PageContent content, ReadingDefinition reading, ContractPoll poll, List<string> ids, List<ReplayedEvent> timed, List<string> wrong)
    {
        for (var at = 0; at < content.Cut.Count; at++)
        {
            var parts = Enumerable.Range(0, reading.IdParts).Select(part => JsonText.Unescape(content.Bytes.Span, content.Cut.EventField(at, part))).ToArray();
            if (parts.Any(part => part.Length == 0))
            {
                wrong.Add("an event has no id.");
            }

            ids.Add(string.Join('/', parts));
            if (!reading.HasTime)
            {
                // An object of a listing.
                continue;
            }

            if (!reading.TryReadTime(content.Bytes.Span, content.Cut, at, out var time))
            {
                wrong.Add($"the time of event {at} cannot be read.");
                continue;
            }

            timed.Add(new ReplayedEvent(Encoding.UTF8.GetString(content.Bytes.Span.Slice(content.Cut[at].Start, content.Cut[at].Length)), time));
            if (time < poll.From - Margin || time > poll.To + Margin)
            {
                wrong.Add($"the time of event {at}, {Instants.Iso(time)}, is far outside the poll's window: is it read by the right format?");
            }
        }
    }

    private static void Compare(string what, IReadOnlyList<string> expected, IReadOnlyList<string> came, List<string> wrong)
    {
        if (!expected.SequenceEqual(came, StringComparer.Ordinal))
        {
            wrong.Add($"{what}: came [{string.Join(", ", came)}], expected [{string.Join(", ", expected)}].");
        }
    }
}
