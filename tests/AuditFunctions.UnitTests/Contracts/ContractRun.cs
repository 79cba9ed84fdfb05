using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Contracts;

/// <summary>Replays a contract over HTTP against the client that every host uses.</summary>
internal sealed class ContractRun
{
    private readonly Queue<ContractExchange> _expected = new();
    private readonly List<string> _wrong = [];
    private string _server = "";

    private ContractRun()
    {
    }

    /// <summary>The pages of each poll.</summary>
    public List<int> Pages { get; } = [];

    /// <summary>The events of all polls with their times.</summary>
    public List<(string Json, DateTimeOffset Time)> Events { get; } = [];

    /// <summary>The template with the contract's values.</summary>
    public SourceDefinition? Source { get; private set; }

    /// <summary>The template with the contract's values, without asking anybody.</summary>
    public static SourceDefinition Define(Contract contract, Pull pull, string baseUrl) =>
        Pull.Define([("template", contract.Name), ("baseUrl", baseUrl), .. ColumnsOf(contract, pull, baseUrl)]);

    /// <summary>Runs all polls.</summary>
    public static async Task<ContractRun> RunAsync(Contract contract)
    {
        var run = new ContractRun();
        await using var server = await ScriptedServer.StartAsync(run.Answer);
        run._server = server.BaseUrl;
        var time = new ManualTime(contract.Polls[0].To.ToString("O", CultureInfo.InvariantCulture));
        await using var pull = new Pull(time);
        var source = Define(contract, pull, server.BaseUrl);
        run.Source = source;
        string? cursor = null;
        foreach (var poll in contract.Polls)
        {
            time.Advance(poll.To > time.GetUtcNow() ? poll.To - time.GetUtcNow() : TimeSpan.Zero);
            cursor = await run.PollAsync(pull, source, poll, poll.GoesOn ? cursor : null);
        }

        return run;
    }

    private async Task<string?> PollAsync(Pull pull, SourceDefinition source, ContractPoll poll, string? cursor)
    {
        poll.Exchanges.ToList().ForEach(_expected.Enqueue);
        var (ids, ended, pages) = (new List<string>(), "drained", 0);
        if (poll.Partitions is { } keys)
        {
            var found = await new PartitionDiscovery(pull.Client, pull.Time).FindAsync(source, CancellationToken.None);
            AssertAsExpected(poll, found.Failure is { } failure ? Pull.Tell(failure) : ended);
            Assert.Equal(keys, found.Keys);
            return cursor;
        }

        await using var answers = new ExpandedPages(new JobPages(pull.Client, pull.Time), pull.Time);
        while (true)
        {
            Assert.True(++pages <= 100, $"{poll.Title}: the window never ends.");
            var result = await answers.GetPageAsync(source, new PageQuery(poll.From, poll.To, cursor) { Partition = ValuesOf(source, poll) }, CancellationToken.None);
            if (result is not PageResult.Page page)
            {
                ended = Pull.Tell(result);
                break;
            }

            using (page.Content)
            {
                Take(page.Content, source.Reading, ids, poll);
            }

            cursor = page.End.Cursor ?? cursor;
            if (page.End.IsLast)
            {
                break;
            }
        }

        Pages.Add(pages);
        AssertAsExpected(poll, ended);
        Assert.Equal(poll.Events?.Count ?? poll.Count, ids.Count);
        Assert.Equal(poll.Events ?? ids, ids);
        return cursor;
    }

    private static IReadOnlyDictionary<string, string> ValuesOf(SourceDefinition source, ContractPoll poll) =>
        poll.Partition is { } key ? Assert.IsAssignableFrom<IReadOnlyDictionary<string, string>>(source.Partitions?.ValuesOf(key)) : new Dictionary<string, string>();

    private void AssertAsExpected(ContractPoll poll, string ended)
    {
        Assert.True(_wrong.Count == 0, $"{poll.Title}: {string.Join('\n', _wrong)}");
        Assert.True(ended.StartsWith(poll.Ends, StringComparison.Ordinal), $"{poll.Title}: '{ended}' instead of '{poll.Ends}'.");
        Assert.True(_expected.Count == 0, $"{poll.Title}: not asked: {string.Join(", ", _expected.Select(one => one.Ask))}");
    }

    private void Take(PageContent content, ReadingDefinition reading, List<string> ids, ContractPoll poll)
    {
        for (var at = 0; at < content.Cut.Count; at++)
        {
            var parts = Enumerable.Range(0, reading.IdParts).Select(part => JsonText.Unescape(content.Bytes.Span, content.Cut.EventField(at, part))).ToArray();
            Assert.True(parts.All(part => part.Length > 0), $"{poll.Title}: an event has no id.");
            ids.Add(string.Join('/', parts));
            Assert.True(
                reading.TimeFormat.TryRead(content.Bytes.Span, content.Cut.EventField(at, reading.TimeField), out var time),
                $"{poll.Title}: the time of event {at} cannot be read.");
            Events.Add((System.Text.Encoding.UTF8.GetString(content.Bytes.Span.Slice(content.Cut[at].Start, content.Cut[at].Length)), time));
            Assert.InRange(time, poll.From.AddDays(-2), poll.To.AddDays(2));
        }
    }

    private static IEnumerable<(string, string?)> ColumnsOf(Contract contract, Pull pull, string baseUrl)
    {
        foreach (var parameter in new TemplateCatalog().Find(contract.Name)!.Parameters.Where(parameter => parameter.Secret))
        {
            if (parameter.Required || contract.Secrets.ContainsKey(parameter.Name))
            {
                pull.SetSecret(parameter.Name, SecretOf(contract.Secrets.GetValueOrDefault(parameter.Name) ?? $"{parameter.Name}-secret"));
                yield return (parameter.Name, $"secret:{parameter.Name}");
            }
        }

        foreach (var (name, value) in contract.Parameters)
        {
            yield return (name, value);
        }

        if (contract.Definition is { } definition)
        {
            yield return ("definition", Fill(definition, baseUrl));
        }
    }

    private static string SecretOf(string value)
    {
        if (value is not ("(rsa key)" or "(service account)"))
        {
            return value;
        }

        using var rsa = RSA.Create(2048);
        return value == "(rsa key)"
            ? rsa.ExportPkcs8PrivateKeyPem()
            : JsonSerializer.Serialize(new { client_email = "audit@acme.iam.example", private_key = rsa.ExportPkcs8PrivateKeyPem(), private_key_id = "k1" });
    }

    private ScriptedServer.Reply Answer(ScriptedServer.Seen seen)
    {
        if (!_expected.TryDequeue(out var expected))
        {
            _wrong.Add($"'{seen.Method} {seen.PathAndQuery}' was not expected.");
            return new(500, "");
        }

        var parts = seen.PathAndQuery.Split('?', 2);
        Check("request", expected.Ask, $"{seen.Method} {parts[0]}");
        if (expected.Query is { } query)
        {
            var any = query.Where(pair => pair.Value == "*").Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
            var sent = QueryOf(parts.Length > 1 ? parts[1] : "").Select(pair => any.Contains(pair.Name) ? (pair.Name, "*") : pair);
            Check("query", Lines(query.Select(pair => (pair.Name, Fill(pair.Value)))), Lines(sent));
        }

        foreach (var (name, value) in expected.Headers)
        {
            var sent = seen.Header(name) ?? "(none)";
            Check(name, value, value.EndsWith('*') && sent.StartsWith(value[..^1], StringComparison.Ordinal) ? value : sent);
        }

        if (expected.BodyText is { } plain)
        {
            Check("body", plain, seen.Body);
        }

        if (expected.Body is SettingText text)
        {
            Check("body", text.Value.Trim(), string.Join('&', QueryOf(seen.Body).Select(pair => $"{pair.Name}={pair.Value}")));
        }
        else if (expected.Body is { } json && !JsonNode.DeepEquals(JsonNode.Parse(SettingJson.Write(json)), JsonNode.Parse(seen.Body)))
        {
            Check("body", SettingJson.Write(json), seen.Body);
        }

        return new(expected.Status, Fill(expected.Answer), [.. expected.AnswerHeaders.Select(header => (header.Key, Fill(header.Value)))]);
    }

    private void Check(string what, string expected, string sent)
    {
        if (expected != sent)
        {
            _wrong.Add($"{what}: sent '{sent}', expected '{expected}'.");
        }
    }

    private string Fill(string text) => Fill(text, _server);

    internal static string Fill(string text, string baseUrl) => text.Replace("{server}", baseUrl, StringComparison.Ordinal);

    private static string Lines(IEnumerable<(string Name, string Value)> pairs) =>
        string.Join(" & ", pairs.Select(pair => $"{pair.Name}={pair.Value}").Order(StringComparer.Ordinal));

    private static IEnumerable<(string Name, string Value)> QueryOf(string query) => query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).Select(pair => (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1].Replace('+', ' '))));
}
