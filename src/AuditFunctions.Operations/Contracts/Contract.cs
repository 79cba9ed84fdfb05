using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Contracts;

/// <summary>What a template and its vendor agree on, as data: polls, each with the requests that are expected and their answers.</summary>
/// <param name="Name">The template's name.</param>
/// <param name="Parameters">Columns of the row.</param>
/// <param name="Secrets">Values of secrets, invented; <c>(rsa key)</c> and <c>(service account)</c> are made up anew.</param>
/// <param name="Definition">Laid over the template: addresses that are not below its base URL. JSON; null for nothing.</param>
/// <param name="Polls">In order.</param>
public sealed record Contract(
    string Name,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, string> Secrets,
    string? Definition,
    IReadOnlyList<ContractPoll> Polls)
{
    /// <summary>The same template with other values, such as another way to sign in: each is a contract of its own.</summary>
    public IReadOnlyList<Contract> Variants { get; init; } = [];

    /// <summary>Puts the server's address where a contract says <c>{server}</c>.</summary>
    /// <param name="text">A text of the contract.</param>
    /// <param name="server">Scheme, host and port.</param>
    public static string Fill(string text, string server) => text.Replace("{server}", server, StringComparison.Ordinal);
}

/// <summary>One poll: its window, what is asked and answered, and what comes of it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="From">Start of the window.</param>
/// <param name="To">Its end, and the instant of the requests.</param>
/// <param name="GoesOn">Whether it starts with the cursor that the poll before ended with.</param>
/// <param name="Exchanges">In order.</param>
/// <param name="Events">The ids of the events, in order; null where they have none.</param>
/// <param name="Count">How many events come, where they have no ids.</param>
/// <param name="Ends">How it ends: <c>drained</c>, <c>more</c>, or the start of what came instead of a page.</param>
public sealed record ContractPoll(
    string Title, DateTimeOffset From, DateTimeOffset To, bool GoesOn, IReadOnlyList<ContractExchange> Exchanges, IReadOnlyList<string>? Events, int Count, string Ends)
{
    /// <summary>How a poll ends whose window was read to its end.</summary>
    public const string Drained = "drained";

    /// <summary>How a poll ends that stops before the window's end: after the last page that the contract has.</summary>
    public const string More = "more";

    /// <summary>The key of the partition that is polled; null when the source has one only.</summary>
    public string? Partition { get; init; }

    /// <summary>The keys that a look-up of the partitions finds; null when it is a poll for events.</summary>
    public IReadOnlyList<string>? Partitions { get; init; }
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
public sealed record ContractExchange(
    string Ask, IReadOnlyList<(string Name, string Value)>? Query, IReadOnlyDictionary<string, string> Headers, SettingNode? Body, string? BodyText, int Status,
    IReadOnlyDictionary<string, string> AnswerHeaders, string Answer);
