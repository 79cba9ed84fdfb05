using System.Globalization;
using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Contracts;

/// <summary>Reads a contract strictly: every problem at once, with its line.</summary>
public static class ContractReader
{
    /// <summary>How the name of a contract file ends; what stands before is the template's name.</summary>
    public const string Suffix = ".contract.yaml";

    private const string UsualFrom = "2026-01-31T09:00:00Z";
    private const string UsualTo = "2026-01-31T10:00:00Z";

    /// <summary>Reads a contract; null when <paramref name="problems"/> tells that it is wrong.</summary>
    /// <param name="name">The template's name.</param>
    /// <param name="yaml">The contract's text.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static Contract? Read(string name, string yaml, Problems problems)
    {
        var before = problems.Found.Count;
        if (SettingYaml.Read(yaml, "", problems) is not { } root)
        {
            return null;
        }

        if (root is not SettingMap map)
        {
            problems.Add("", "must be a map with 'polls:'.");
            return null;
        }

        var contract = Read(name, new SettingReader(map, "", problems), problems);
        return problems.Found.Count == before ? contract : null;
    }

    private static Contract Read(string name, SettingReader reader, Problems problems)
    {
        var contract = new Contract(
            name,
            Pairs(reader, "parameters"),
            Pairs(reader, "secrets"),
            reader.Node("definition") is { } definition ? SettingJson.Write(definition) : null,
            [.. Items(reader, "polls").Select(Poll)])
        {
            Variants = [.. Items(reader, "variants").Select(variant => Read(name, variant, problems))],
        };
        if (contract.Polls.Count == 0)
        {
            problems.Add(reader.At("polls"), "is missing: a list of polls, each with 'poll:' and 'exchanges:'.");
        }

        reader.Finish();
        return contract;
    }

    private static ContractPoll Poll(SettingReader reader)
    {
        var poll = new ContractPoll(
            reader.Required("poll"),
            Instant(reader, "from", UsualFrom),
            Instant(reader, "to", UsualTo),
            reader.Flag("goesOn") ?? false,
            [.. Items(reader, "exchanges").Select(Exchange)],
            reader.Has("events") ? Words(reader, "events") : null,
            reader.Integer("count", 0, 100_000) ?? 0,
            reader.Plain("ends") ?? ContractPoll.Drained)
        {
            Partition = reader.Plain("partition"),
            Partitions = reader.Has("partitions") ? Words(reader, "partitions") : null,
        };
        reader.Finish();
        return poll;
    }

    private static ContractExchange Exchange(SettingReader reader)
    {
        var exchange = new ContractExchange(
            reader.Plain("ask") ?? reader.Required("ask"),
            reader.Map("query") is { } query ? [.. query.All().SelectMany(pair => Words(query, pair.Key).Select(value => (pair.Key, value)))] : null,
            Pairs(reader, "headers"),
            reader.Node("body"),
            reader.Plain("bodyText"),
            reader.Integer("status", 200, 599) ?? 200,
            Pairs(reader, "answerHeaders"),
            reader.Plain("text") ?? (reader.Node("json") is { } json ? SettingJson.Write(json) : ""));
        reader.Finish();
        return exchange;
    }

    private static IEnumerable<SettingReader> Items(SettingReader reader, string key)
    {
        foreach (var node in reader.List(key))
        {
            if (node is SettingMap map)
            {
                yield return reader.Item(key, map);
            }
            else
            {
                reader.Problems.Add(reader.At(key), "must be a list of maps.");
            }
        }
    }

    // As they stand, braces included.
    private static List<string> Words(SettingReader reader, string key)
    {
        var words = new List<string>();
        foreach (var node in reader.List(key))
        {
            if (node is SettingText text)
            {
                words.Add(text.Value);
            }
            else
            {
                reader.Problems.Add(reader.At(key), "must be a text or a list of texts.");
            }
        }

        return words;
    }

    private static Dictionary<string, string> Pairs(SettingReader reader, string key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (reader.Map(key) is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                pairs[name] = map.Plain(name) ?? "";
            }
        }

        return pairs;
    }

    private static DateTimeOffset Instant(SettingReader reader, string key, string otherwise)
    {
        var text = reader.Plain(key) ?? otherwise;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        reader.Problems.Add(reader.At(key), $"is '{text}'; allowed: an instant such as {otherwise}.");
        return default;
    }
}
