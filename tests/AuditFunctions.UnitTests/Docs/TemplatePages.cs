using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Contracts;

namespace AuditFunctions.Tests.Docs;

/// <summary>The pages of <c>docs/templates</c>: one for each auth scheme and paging kind, with a part of a template and the requests of its contract.</summary>
internal static class TemplatePages
{
    /// <summary>The folder, from the root.</summary>
    public const string Folder = "docs/templates";

    private const int MostExchanges = 3;
    private const int MostLinks = 12;
    private const int MostText = 240;
    private static readonly TemplateCatalog Catalog = new();

    // A template, and with a number one of the variants of its contract; a name of no template is an example of this folder's own.
    private static readonly Dictionary<string, (string Name, int? Variant)> AuthExamples = new(StringComparer.Ordinal)
    {
        ["none"] = ("lastpass-reporting", null),
        ["bearer"] = ("1password-events", null),
        ["header"] = ("admin-by-request-audit", null),
        ["basic"] = ("jira-audit", null),
        ["query"] = ("auth-query", null),
        ["oauth2"] = ("auth0-logs", null),
        ["login"] = ("armis-alerts", null),
        ["digest"] = ("mongodb-atlas-events", null),
        ["jwt"] = ("fireblocks-audit", null),
        ["github-app"] = ("github-members", 0),
        ["duo-signature"] = ("duo-authentication", null),
        ["aws-signature"] = ("auth-aws-signature", null),
        ["aliyun-signature"] = ("alibaba-cloud-actiontrail", null),
        ["aliyun-log-signature"] = ("alibaba-cloud-actiontrail-sls", null),
        ["tencent-signature"] = ("tencent-cloudaudit", null),
        ["edgegrid"] = ("akamai-siem", null),
        ["oci-signature"] = ("oci-audit", null),
        ["darktrace-signature"] = ("darktrace-model-breaches", null),
        ["bloodhound-signature"] = ("bloodhound-audit", null),
        ["mimecast-signature"] = ("auth-mimecast-signature", null),
        ["entra-identity"] = ("azure-activity-log", null),
        ["jws-envelope"] = ("absolute-siem-events", null),
        ["script"] = ("auth-script", null),
    };

    private static readonly Dictionary<string, (string Name, int? Variant)> PagingExamples = new(StringComparer.Ordinal)
    {
        ["none"] = ("bamboohr-employees", null),
        ["link-header"] = ("buildkite-audit", null),
        ["cursor"] = ("airtable-audit", null),
        ["keyset"] = ("greenhouse-audit", null),
        ["next-url"] = ("atlassian-data-center-audit", null),
        ["page"] = ("authentik-events", null),
        ["offset"] = ("confluence-audit", null),
        ["last-event"] = ("airlock-digital-logs", null),
        ["time-advance"] = ("brivo-access-events", null),
        ["server-position"] = ("netskope-events", null),
        ["script"] = ("paging-script", null),
    };

    /// <summary>Every page by its name.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var pages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var scheme in AuthCatalog.Schemes.Entries)
        {
            pages[$"auth-{scheme.Name}.md"] = Page(
                "auth", "scheme", scheme.Name, $"How does a source sign in with `{scheme.Name}`?", "| `scheme` | Keys | Sends |", scheme.Docs, AuthExamples[scheme.Name], scheme.Name == "none" ? ["request"] : ["auth"]);
        }

        foreach (var kind in PagingCatalog.Kinds.Entries)
        {
            pages[$"paging-{kind.Name}.md"] = Page(
                "paging", "kind", kind.Name, $"How are pages read with `{kind.Name}`?", "| `kind` | Keys | The next page |", kind.Docs, PagingExamples[kind.Name], ["request", "next", "paging"]);
        }

        return pages;
    }

    /// <summary>The examples that are no template's.</summary>
    public static IEnumerable<string> OwnExamples => AuthExamples.Values.Concat(PagingExamples.Values).Select(example => example.Name).Where(name => Catalog.Find(name) is null);

    /// <summary>The contract of such an example, a row of the template <c>http-json</c>.</summary>
    public static Contract ReadOwn(string name) => ContractRun.Read("http-json", File.ReadAllText(OwnFile(name)));

    private static string OwnFile(string name) => Path.Combine(DocsPage.Root, "tests/AuditFunctions.UnitTests/Docs/Examples", name + ".contract.yaml");

    private static string Page(
        string part, string key, string word, string question, string heading, string row, (string Name, int? Variant) example, string[] blocks)
    {
        var page = new StringBuilder($"# `{part}`: `{word}`\n\n> {question}\n\n{heading}\n|---|---|---|\n| {Linked(row)} |\n\n");
        SourcePages.Prose(page, $"What holds for every {key}, and the keys in full: [templates](../templates.md#{part}).");
        page.Append("\n## Example\n\n");
        var template = Catalog.Find(example.Name);
        SourcePages.Prose(page, template is null ? "Of a row with the template [`http-json`](../sources.md#any-other-vendor):"
            : $"Of the template {SourcePages.Link(template, "../sources/")} ({template.Vendor}):");
        page.Append($"\n```yaml\n{(template is null ? DefinitionOf(example.Name) : BlocksOf(example.Name, blocks))}```\n");

        var contract = template is null ? ReadOwn(example.Name) : TemplateContractTests.Read(example.Name);
        contract = example.Variant is { } variant ? contract.Variants[variant] : contract;
        if (word != "entra-identity")
        {
            page.Append("\n## Requests\n\n");
            SourcePages.Prose(page, "What it asks with invented values, and is answered; a test replays it. A `*` stands for any text, `…` for the rest of an answer.");
            var shown = part == "auth" ? null : contract.Polls.FirstOrDefault(poll => poll is { Exchanges.Count: > 1, Events.Count: > 1 });
            page.Append($"\n```\n{Exchanges(shown ?? contract.Polls[0])}```\n");
        }

        page.Append("\n## Templates with it\n\n");
        var users = Catalog.Names.Where(name => name != "http-json").Select(name => Catalog.Find(name)!).Where(one => Words(one, part, key).Contains(word, StringComparer.Ordinal)).ToArray();
        SourcePages.Prose(page, users.Length == 0 ? "No shipped template needs it."
            : string.Join(", ", users.Take(MostLinks).Select(one => SourcePages.Link(one, "../sources/"))) + (users.Length > MostLinks ? $" and {users.Length - MostLinks} more." : "."));
        return page.ToString();
    }

    // The rows stand in templates.md, and point into it.
    private static string Linked(string row) =>
        row.Replace("](#", "](../templates.md#", StringComparison.Ordinal).Replace("| below |", "| [in templates](../templates.md#auth) |", StringComparison.Ordinal);

    private static IEnumerable<string> Words(SourceTemplate template, string part, string key)
    {
        var node = template.Definition[part] as SettingMap;
        var maps = node?["use"] is null ? [node] : node.Entries.Select(entry => entry.Value as SettingMap).Where(map => map is not null);
        return maps.Select(map => (map?[key] as SettingText)?.Value ?? "none");
    }

    private static string BlocksOf(string template, string[] keys)
    {
        var lines = File.ReadAllLines(Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "templates"), template + ".yaml", SearchOption.AllDirectories).Single());
        var text = new StringBuilder();
        foreach (var key in keys)
        {
            var block = lines.SkipWhile(line => !line.StartsWith(key + ":", StringComparison.Ordinal)).ToArray();
            string[] whole = [.. block.Take(1), .. block.Skip(1).TakeWhile(line => line.Length == 0 || line[0] == ' ')];
            text.AppendJoin("", whole.Where(line => line.Length > 0).Select(line => line + "\n"));
        }

        return text.ToString();
    }

    private static string DefinitionOf(string example)
    {
        var lines = File.ReadAllLines(OwnFile(example)).SkipWhile(line => line != "definition:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal));
        return string.Concat(lines.Select(line => line[2..] + "\n"));
    }

    private static string Exchanges(ContractPoll poll)
    {
        var text = new StringBuilder();
        foreach (var exchange in poll.Exchanges.Take(MostExchanges))
        {
            var query = string.Join('&', (exchange.Query ?? []).Select(pair => $"{pair.Name}={pair.Value}"));
            text.Append(text.Length > 0 ? "\n" : "").Append(exchange.Ask).Append(query.Length > 0 ? $"?{query}" : "").Append('\n');
            text.AppendJoin("", exchange.Headers.Select(header => $"{header.Key}: {header.Value}\n"));
            if ((exchange.BodyText ?? (exchange.Body is SettingText plain ? plain.Value : exchange.Body is { } body ? SettingJson.Write(body) : null)) is { } sent)
            {
                text.Append(sent).Append('\n');
            }

            text.Append("=> ").Append(exchange.Status).Append('\n');
            text.AppendJoin("", exchange.AnswerHeaders.Select(header => $"{header.Key}: {header.Value.Replace("{server}", "https://vendor.example", StringComparison.Ordinal)}\n"));
            text.Append(exchange.Answer.Length > 0 ? Start(exchange.Answer.Replace("{server}", "https://vendor.example", StringComparison.Ordinal).TrimEnd()) + "\n" : "");
        }

        return text.ToString();
    }

    private static string Start(string text) => text.Length <= MostText ? text : text[..MostText] + "…";
}
