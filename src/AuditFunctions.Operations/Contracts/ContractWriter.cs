using System.Globalization;
using System.Text;
using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Contracts;

/// <summary>Writes a contract as a file that <see cref="ContractReader"/> reads.</summary>
public static class ContractWriter
{
    /// <summary>Writes it.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="comments">Lines that stand before it.</param>
    public static string Write(Contract contract, params IEnumerable<string> comments)
    {
        var text = new StringBuilder();
        foreach (var comment in comments)
        {
            text.Append("# ").Append(comment).Append('\n');
        }

        Map(text, "", "parameters", contract.Parameters);
        Map(text, "", "secrets", contract.Secrets);
        if (contract.Definition is { } definition)
        {
            text.Append("definition: ").Append(definition).Append('\n');
        }

        text.Append("polls:\n");
        foreach (var poll in contract.Polls)
        {
            Write(text, poll);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, ContractPoll poll)
    {
        Line(text, "  - ", "poll", poll.Title);
        Line(text, "    ", "from", Instants.Iso(poll.From));
        Line(text, "    ", "to", Instants.Iso(poll.To));
        if (poll.GoesOn)
        {
            text.Append("    goesOn: true\n");
        }

        if (poll.Partition is { } partition)
        {
            Line(text, "    ", "partition", partition);
        }

        text.Append("    exchanges:\n");
        foreach (var exchange in poll.Exchanges)
        {
            Write(text, exchange);
        }

        if (poll.Partitions is { } partitions)
        {
            text.Append("    partitions: ").Append(Quoted(partitions)).Append('\n');
        }
        else if (poll.Events is { } events)
        {
            text.Append("    events: ").Append(Quoted(events)).Append('\n');
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"    count: {poll.Count}\n");
        }

        if (poll.Ends != ContractPoll.Drained)
        {
            Line(text, "    ", "ends", poll.Ends);
        }
    }

    private static void Write(StringBuilder text, ContractExchange exchange)
    {
        Line(text, "      - ", "ask", exchange.Ask);
        Map(text, "        ", "headers", exchange.Headers);
        if (exchange.Query is { } query)
        {
            var names = query.GroupBy(pair => pair.Name, StringComparer.Ordinal)
                .Select(pairs => $"{SettingJson.Quote(pairs.Key)}: {(pairs.Count() == 1 ? SettingJson.Quote(pairs.First().Value) : Quoted(pairs.Select(pair => pair.Value)))}");
            text.Append("        query: {").Append(string.Join(", ", names)).Append("}\n");
        }

        if (exchange.Body is { } body)
        {
            text.Append("        body: ").Append(SettingJson.Write(body)).Append('\n');
        }

        if (exchange.Status != 200)
        {
            text.Append(CultureInfo.InvariantCulture, $"        status: {exchange.Status}\n");
        }

        Map(text, "        ", "answerHeaders", exchange.AnswerHeaders);
        if (exchange.Answer.Length > 0)
        {
            Answer(text, exchange.Answer);
        }
    }

    // JSON on its own lines, where nothing in it can be taken for YAML; everything else in quotes.
    private static void Answer(StringBuilder text, string answer)
    {
        if (answer[0] is not ('{' or '[') || answer.Any(c => c != '\n' && (char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\ufeff')) || answer[^1] == '\n')
        {
            Line(text, "        ", "text", answer);
            return;
        }

        text.Append("        text: |-\n");
        foreach (var line in answer.Split('\n'))
        {
            text.Append("          ").Append(line).Append('\n');
        }
    }

    private static void Map(StringBuilder text, string indent, string key, IReadOnlyDictionary<string, string> pairs)
    {
        if (pairs.Count > 0)
        {
            var entries = pairs.Select(pair => $"{SettingJson.Quote(pair.Key)}: {SettingJson.Quote(pair.Value)}");
            text.Append(indent).Append(key).Append(": {").Append(string.Join(", ", entries)).Append("}\n");
        }
    }

    private static void Line(StringBuilder text, string indent, string key, string value) =>
        text.Append(indent).Append(key).Append(": ").Append(SettingJson.Quote(value)).Append('\n');

    private static string Quoted(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(SettingJson.Quote))}]";
}
