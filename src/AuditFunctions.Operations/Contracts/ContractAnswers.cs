using System.Text.Json;
using System.Text.Json.Nodes;
using AuditFunctions.Configuration;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Operations.Contracts;

/// <summary>A request of a replay, and what of it was not as expected.</summary>
/// <param name="Asked">Method, path and query, as they came.</param>
/// <param name="Expected">Method and path, as the contract says; null when no more was expected.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Wrong">What was sent and what was expected.</param>
public sealed record ReplayedExchange(string Asked, string? Expected, int Status, IReadOnlyList<string> Wrong)
{
    /// <summary>Whether the request's body is among what is wrong.</summary>
    public bool IsBodyWrong { get; init; }
}

/// <summary>The vendor of a contract: expects its requests in order, and answers as it says. Thread safe.</summary>
internal sealed class ContractAnswers
{
    private readonly Lock _gate = new();
    private readonly Queue<ContractExchange> _expected = new();
    private readonly List<ReplayedExchange> _seen = [];

    /// <summary>Where it is reached.</summary>
    public string Server { get; set; } = "";

    /// <summary>Whether every request that is expected has come.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _expected.Count == 0;
            }
        }
    }

    /// <summary>Expects these from now on, instead of what was left.</summary>
    public void Expect(IEnumerable<ContractExchange> exchanges)
    {
        lock (_gate)
        {
            _expected.Clear();
            _seen.Clear();
            foreach (var exchange in exchanges)
            {
                _expected.Enqueue(exchange);
            }
        }
    }

    /// <summary>The requests since then, and those that are still expected.</summary>
    public (IReadOnlyList<ReplayedExchange> Seen, IReadOnlyList<string> Missing) Take()
    {
        lock (_gate)
        {
            return ([.. _seen], [.. _expected.Select(one => one.Ask)]);
        }
    }

    /// <summary>Answers a request.</summary>
    public ScriptedAnswer Answer(ScriptedCall call)
    {
        lock (_gate)
        {
            var asked = $"{call.Method} {call.Target}";
            if (!_expected.TryDequeue(out var expected))
            {
                _seen.Add(new(asked, null, 500, [$"'{asked}' was not expected."]));
                return new(500, "", []);
            }

            var body = Body(expected, call.Body);
            _seen.Add(new(asked, expected.Ask, expected.Status, [.. Wrong(expected, call).Append(body).OfType<string>()]) { IsBodyWrong = body is not null });
            return new(expected.Status, Fill(expected.Answer), [.. expected.AnswerHeaders.Select(header => KeyValuePair.Create(header.Key, Fill(header.Value)))]);
        }
    }

    /// <summary>The pairs of a query or a form, decoded.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(string query) => query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).Select(pair => (Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : ""));

    // Of all but its body.
    private IEnumerable<string?> Wrong(ContractExchange expected, ScriptedCall call)
    {
        var parts = call.Target.Split('?', 2);
        return new[] { Different("request", expected.Ask, $"{call.Method} {parts[0]}"), Query(expected, parts.Length > 1 ? parts[1] : "") }
            .Concat(expected.Headers.Select(header => Header(header.Key, header.Value, call)));
    }

    private string? Query(ContractExchange expected, string sent)
    {
        if (expected.Query is not { } query)
        {
            return null;
        }

        var any = query.Where(pair => pair.Value == "*").Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
        return Different("query", Lines(query.Select(pair => (pair.Name, Fill(pair.Value)))), Lines(Pairs(sent).Select(pair => any.Contains(pair.Name) ? (pair.Name, "*") : pair)));
    }

    private static string? Header(string name, string expected, ScriptedCall call)
    {
        var sent = call.Headers.GetValueOrDefault(name) ?? "(none)";
        return expected.EndsWith('*') && sent.StartsWith(expected[..^1], StringComparison.Ordinal) ? null : Different(name, expected, sent);
    }

    private static string? Body(ContractExchange expected, string sent)
    {
        if (expected.BodyText is { } plain && Different("body", plain, sent) is { } wrong)
        {
            return wrong;
        }

        if (expected.Body is SettingText text)
        {
            // A form's text stands in a contract decoded, so that its values may hold what separates them.
            var any = text.Value.Trim().Split('&').Where(pair => pair.EndsWith("=*", StringComparison.Ordinal)).Select(pair => pair[..^2]).ToHashSet(StringComparer.Ordinal);
            return Different("body", text.Value.Trim(), string.Join('&', Pairs(sent).Select(pair => $"{pair.Name}={(any.Contains(pair.Name) ? "*" : pair.Value)}")));
        }

        return expected.Body is { } json && !SameJson(SettingJson.Write(json), sent) ? Different("body", SettingJson.Write(json), sent) : null;
    }

    // A member of the outermost object may be anything, such as a signed statement.
    private static bool SameJson(string expected, string sent)
    {
        try
        {
            var (wanted, came) = (JsonNode.Parse(expected), JsonNode.Parse(sent));
            if (wanted is JsonObject members && came is JsonObject sentMembers)
            {
                foreach (var (name, _) in members.Where(member => member.Value is JsonValue value && value.TryGetValue<string>(out var text) && text == "*" && sentMembers.ContainsKey(member.Key)).ToArray())
                {
                    members.Remove(name);
                    sentMembers.Remove(name);
                }
            }

            return JsonNode.DeepEquals(wanted, came);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Different(string what, string expected, string sent) => expected == sent ? null : $"{what}: sent '{sent}', expected '{expected}'.";

    private string Fill(string text) => Contract.Fill(text, Server);

    private static string Lines(IEnumerable<(string Name, string Value)> pairs) =>
        string.Join(" & ", pairs.Select(pair => $"{pair.Name}={pair.Value}").Order(StringComparer.Ordinal));
}
