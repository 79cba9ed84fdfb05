using AuditFunctions.Configuration;

namespace AuditFunctions.Tests.Contracts;

/// <summary>What a template and its vendor agree on, as data: polls, each with the requests that are expected and their answers.</summary>
/// <param name="Name">The template's name.</param>
/// <param name="Parameters">Columns of the row.</param>
/// <param name="Secrets">Values of secrets; <c>(rsa key)</c> and <c>(service account)</c> are made up anew.</param>
/// <param name="Definition">Laid over the template: addresses that are not below its base URL.</param>
/// <param name="Polls">In order.</param>
internal sealed record Contract(
    string Name,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, string> Secrets,
    string? Definition,
    IReadOnlyList<ContractPoll> Polls)
{
    /// <summary>The same template with other values, such as another way to sign in: each is a contract of its own.</summary>
    public IReadOnlyList<Contract> Variants { get; private init; } = [];

    /// <summary>Reads a contract file strictly.</summary>
    public static Contract Read(string name, string yaml)
    {
        var problems = new Problems();
        var contract = Read(name, new SettingReader(Assert.IsType<SettingMap>(SettingYaml.Read(yaml, name, problems)), "", problems));
        Assert.Empty(problems.Found);
        return contract;
    }

    private static Contract Read(string name, SettingReader reader)
    {
        var contract = new Contract(
            name,
            Pairs(reader, "parameters"),
            Pairs(reader, "secrets"),
            reader.Node("definition") is { } definition ? SettingJson.Write(definition) : null,
            [.. reader.List("polls").Select(node => ContractPoll.Read(reader.Item("polls", Assert.IsType<SettingMap>(node))))])
        {
            Variants = [.. reader.List("variants").Select(node => Read(name, reader.Item("variants", Assert.IsType<SettingMap>(node))))],
        };
        reader.Finish();
        return contract;
    }

    /// <summary>A map of texts.</summary>
    internal static Dictionary<string, string> Pairs(SettingReader reader, string key) =>
        reader.Map(key) is { } map ? map.All().ToDictionary(pair => pair.Key, pair => ((SettingText)pair.Value).Value, StringComparer.OrdinalIgnoreCase) : [];
}

/// <summary>One poll: its window, what is asked and answered, and what comes of it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="From">Start of the window.</param>
/// <param name="To">Its end, and the instant of the requests.</param>
/// <param name="GoesOn">Whether it starts with the cursor that the poll before ended with.</param>
/// <param name="Exchanges">In order.</param>
/// <param name="Events">The ids of the events, in order; null where they have none.</param>
/// <param name="Count">How many events come, where they have no ids.</param>
/// <param name="Ends">How it ends: <c>drained</c>, or the start of what came instead of a page.</param>
internal sealed record ContractPoll(
    string Title, DateTimeOffset From, DateTimeOffset To, bool GoesOn, IReadOnlyList<ContractExchange> Exchanges, IReadOnlyList<string>? Events, int Count, string Ends)
{
    /// <summary>The key of the partition that is polled; null when the source has one only.</summary>
    public string? Partition { get; init; }

    /// <summary>The keys that a look-up of the partitions finds; null when it is a poll for events.</summary>
    public IReadOnlyList<string>? Partitions { get; init; }

    public static ContractPoll Read(SettingReader reader)
    {
        var poll = new ContractPoll(
            reader.Required("poll"),
            Instant(reader, "from", "2026-01-31T09:00:00Z"),
            Instant(reader, "to", "2026-01-31T10:00:00Z"),
            reader.Flag("goesOn") ?? false,
            [.. reader.List("exchanges").Select(node => ContractExchange.Read(reader.Item("exchanges", (SettingMap)node)))],
            reader.Has("events") ? [.. reader.List("events").Select(node => ((SettingText)node).Value)] : null,
            reader.Integer("count", 0, 10_000) ?? 0,
            reader.Plain("ends") ?? "drained")
        {
            Partition = reader.Plain("partition"),
            Partitions = reader.Has("partitions") ? [.. reader.List("partitions").Select(node => ((SettingText)node).Value)] : null,
        };
        reader.Finish();
        return poll;
    }

    private static DateTimeOffset Instant(SettingReader reader, string key, string otherwise) =>
        DateTimeOffset.Parse(reader.Plain(key) ?? otherwise, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A request that is expected, and its answer.</summary>
/// <param name="Ask">Method and path.</param>
/// <param name="Query">All of its query parameters, one of several values several times, or null where they do not matter; a star stands for anything.</param>
/// <param name="Headers">Headers that it must have; a star at the end stands for anything.</param>
/// <param name="Body">Its body: JSON, or the text of a form; null where it does not matter.</param>
/// <param name="BodyText">Its body, character by character; null where it does not matter.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="AnswerHeaders">The answer's headers.</param>
/// <param name="Answer">The answer's body.</param>
internal sealed record ContractExchange(
    string Ask, IReadOnlyList<(string Name, string Value)>? Query, IReadOnlyDictionary<string, string> Headers, SettingNode? Body, string? BodyText, int Status,
    IReadOnlyDictionary<string, string> AnswerHeaders, string Answer)
{
    public static ContractExchange Read(SettingReader reader)
    {
        var exchange = new ContractExchange(
            reader.Required("ask"),
            reader.Map("query") is { } query ? [.. query.All().SelectMany(pair => query.List(pair.Key).Select(value => (pair.Key, ((SettingText)value).Value)))] : null,
            Contract.Pairs(reader, "headers"),
            reader.Node("body"),
            reader.Plain("bodyText"),
            reader.Integer("status", 200, 599) ?? 200,
            Contract.Pairs(reader, "answerHeaders"),
            reader.Plain("text") ?? (reader.Node("json") is { } json ? SettingJson.Write(json) : ""));
        reader.Finish();
        return exchange;
    }
}
