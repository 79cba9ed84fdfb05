using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

/// <summary>The pages of <c>docs/sources</c>, as the templates say: an index, and a page per vendor.</summary>
internal static partial class SourcePages
{
    /// <summary>The folder, from the root.</summary>
    public const string Folder = "docs/sources";

    /// <summary>The one page of the folder that people write.</summary>
    public const string NotCovered = "not-covered.md";

    private const int Columns = 120;
    private static readonly TemplateCatalog Catalog = new();

    // What people look for by another word than the vendor's name.
    private static readonly (string Service, string[] Templates)[] Services =
    [
        ("Okta", ["okta-system-log"]),
        ("GitHub", ["github-organization-audit", "github-enterprise-audit"]),
        ("GitLab", ["gitlab-group-audit", "gitlab-instance-audit"]),
        ("Salesforce", ["salesforce-setup-audit-trail", "salesforce-event-log-file"]),
        ("Google Workspace: admin, log-in, Drive, Gmail and all other reports", ["google-workspace-activities"]),
        ("Google Cloud", ["google-cloud-audit"]),
        ("Microsoft Entra: sign-ins and audits", ["entra-sign-ins", "entra-directory-audits"]),
        ("Microsoft 365: Exchange, SharePoint, Teams", ["microsoft-365-activity"]),
        ("Microsoft Intune", ["intune-audit"]),
        ("Atlassian organisation", ["atlassian-organization-events"]),
        ("Jira", ["jira-audit"]),
        ("Confluence", ["confluence-audit"]),
        ("LastPass", ["lastpass-reporting"]),
        ("Snipe-IT", ["snipe-it-activity"]),
        ("Alibaba Cloud (Aliyun)", ["alibaba-cloud-actiontrail"]),
        ("Fleet (FleetDM)", ["fleet-activities"]),
        ("BambooHR", ["bamboohr-employee-changes"]),
        ("Codefresh", ["codefresh-audit"]),
        ("Oracle Cloud (OCI)", ["oci-audit"]),
    ];

    /// <summary>Every page by its name.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var vendors = Templates().GroupBy(template => template.Vendor).OrderBy(vendor => vendor.Key, StringComparer.OrdinalIgnoreCase).ToArray();
        var pages = vendors.ToDictionary(vendor => PageOf(vendor.Key), vendor => Vendor(vendor.Key, [.. vendor]), StringComparer.Ordinal);
        pages["index.md"] = Index([.. vendors.Select(vendor => (vendor.Key, vendor.ToArray()))]);
        return pages;
    }

    // http-json is of no vendor; docs/sources.md explains it.
    private static IEnumerable<SourceTemplate> Templates() =>
        Catalog.Names.Where(name => name != "http-json").Select(name => Catalog.Find(name)!);

    private static string PageOf(string vendor)
    {
        var words = string.Concat(vendor.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' '));
        return string.Join('-', words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) + ".md";
    }

    private static string Index(IReadOnlyList<(string Vendor, SourceTemplate[] Templates)> vendors)
    {
        var all = vendors.SelectMany(vendor => vendor.Templates).ToArray();
        var page = new StringBuilder("# Vendors\n\n> Which streams can be pulled without describing them, and what does each need?\n\n");
        Prose(page, $"{all.Length} streams of {vendors.Count} vendors have a template. `auditfn templates list --search WORD` finds them, "
            + "`auditfn templates show NAME` shows one. A vendor that is not here is described in a row, with the template "
            + "[`http-json`](../sources.md#any-other-vendor) or a [definition of your own](../templates.md). Some streams are "
            + $"[not covered]({NotCovered}).");
        page.Append('\n');
        Prose(page, "What to grant comes with the usual way through a vendor's console. Menus move, and not each of these ways was held against the "
            + "vendor's own page: the rights that are named are what counts.");
        page.Append("\n| Category | Streams |\n|---|---|\n");
        foreach (var category in TemplateCategory.All)
        {
            page.Append($"| `{category}` | {all.Count(template => template.Category == category)} |\n");
        }

        page.Append("\n## By vendor\n\n| Vendor | Category | Templates |\n|---|---|---|\n");
        foreach (var (vendor, templates) in vendors)
        {
            var categories = string.Join(", ", templates.Select(template => $"`{template.Category}`").Distinct().Order(StringComparer.Ordinal));
            page.Append($"| [{vendor}]({PageOf(vendor)}) | {categories} | {string.Join(", ", templates.Select(Link))} |\n");
        }

        page.Append("\n## By service\n\n| Service | Templates |\n|---|---|\n");
        foreach (var (service, names) in Services)
        {
            page.Append($"| {service} | {string.Join(", ", names.Select(name => Link(Catalog.Find(name)!)))} |\n");
        }

        return page.ToString();
    }

    /// <summary>A link to a template's section.</summary>
    /// <param name="template">The template.</param>
    /// <param name="folder">Where the folder of these pages is, from the page with the link.</param>
    public static string Link(SourceTemplate template, string folder) => $"[`{template.Name}`]({folder}{PageOf(template.Vendor)}#{template.Name})";

    private static string Link(SourceTemplate template) => Link(template, "");

    private static string Vendor(string vendor, SourceTemplate[] templates)
    {
        var page = new StringBuilder($"# {vendor}\n\n> How do I collect the events of {vendor}?\n\n");
        Prose(page, "Add a row as [sources](../sources.md) explains. [All vendors](index.md).");
        foreach (var template in templates)
        {
            page.Append($"\n- [{template.Title}](#{template.Name})");
        }

        page.Append('\n');
        foreach (var template in templates)
        {
            Section(page, template);
        }

        return page.ToString();
    }

    private static void Section(StringBuilder page, SourceTemplate template)
    {
        page.Append($"\n## `{template.Name}`\n\n");
        Prose(page, $"{template.Title}. [Vendor's page]({template.Docs}).");
        Note(page, "To grant", template.Grant);
        Note(page, "To know", template.Notes);
        Note(page, "Kept", template.Kept);
        Note(page, "Not verified", template.Unverified.Count == 0 ? null
            : $"{string.Join("; ", template.Unverified).TrimEnd('.')}. Confirm with `auditfn sources test`.");
        var mappings = MappingCatalog.Of(template.Name);
        Note(page, "Mapped to", mappings.Count == 0 ? null : $"{string.Join(" and ", mappings.Select(schema => schema.ToUpperInvariant()))}, with [`map`](../processors.md#mappings).");
        page.Append("\n| Column | Required | Default | Meaning |\n|---|---|---|---|\n");
        foreach (var parameter in template.Parameters)
        {
            page.Append($"| `{parameter.Name}` | {(parameter.Required ? "yes" : "no")} | {Code(parameter.Default) ?? "none"} | {Meaning(parameter)} |\n");
        }

        var (definition, row) = Read(template);
        var timing = definition.Timing;
        page.Append("\n| Polled every | `lag` | `overlap` | `lookback` | `lookbackTiers` | `pageSize` |\n|---|---|---|---|---|---|\n| ");
        page.AppendJoin(" | ", new[] { timing.Interval, timing.Lag, timing.Overlap, timing.Lookback }.Select(Durations.Write));
        page.Append($" | {Tiers(timing)} | {timing.PageSize} |\n\n```yaml\n{row}```\n");
    }

    private static string Tiers(TimingDefinition timing) => timing.Tiers.Count == 0
        ? "none"
        : string.Join(", ", timing.Tiers.Select(tier => $"{Durations.Write(tier.Window)} every {Durations.Write(tier.Every)}"));

    private static string Meaning(RowParameter parameter)
    {
        string?[] parts =
        [
            parameter.Secret ? "Secret." : null,
            Choice().Replace(parameter.Description ?? "", match => $"{(match.Index == 0 ? "W" : "w")}ith `auth: {match.Groups["one"].Value}`{(match.Groups["other"] is { Success: true } other ? $" or `{other.Value}`" : "")}: "),
            parameter.Secret || parameter.Type is ParameterType.Text or ParameterType.Template ? null : $"Type: {parameter.Type.ToString().ToLowerInvariant()}.",
            parameter.Allowed.Count == 0 ? null : $"Allowed: {string.Join(", ", parameter.Allowed.Select(Code))}.",
            parameter.Secret || parameter.Example is null ? null : $"Example: {Code(parameter.Example)}.",
        ];
        return string.Join(' ', parts.Where(part => part is not null)).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string? Code(string? value) => value is null ? null : $"`{value}`";

    private static (SourceDefinition Definition, string Row) Read(SourceTemplate template)
    {
        var output = new StringWriter { NewLine = "\n" };
        TemplateLines.PrintRow(new Printer(output, TextWriter.Null), template);
        var problems = new List<RowProblem>();
        var row = RowFile.Read(output.ToString(), template.Name, problems).Single().Row;
        var found = new Problems();
        var definition = new DefinitionReader(Catalog).Read(row, found);
        Assert.Empty(problems);
        Assert.Empty(found.Found);
        return (definition!, output.ToString());
    }

    private static void Note(StringBuilder page, string label, string? text)
    {
        if (text is not null)
        {
            page.Append('\n');
            Prose(page, $"**{label}:** {text}");
        }
    }

    /// <summary>Writes a paragraph, wrapped as all pages are, and never inside code.</summary>
    public static void Prose(StringBuilder page, string text)
    {
        var line = 0;
        foreach (var word in Word().Matches(text).Select(match => match.Value))
        {
            if (line > 0 && line + 1 + word.Length > Columns)
            {
                page.Append('\n');
                line = 0;
            }
            else if (line > 0)
            {
                page.Append(' ');
                line++;
            }

            page.Append(word);
            line += word.Length;
        }

        page.Append('\n');
    }

    // What a parameter is for, where a template has several ways to sign in.
    [GeneratedRegex(@"\bauth (?<one>[a-z]+)(?: or (?<other>[a-z]+))?: ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Choice();

    [GeneratedRegex("(`[^`]*`|[^\\s`])+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
