using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Sources.Reading;

/// <summary>
/// Makes a source's definition from its row: finds the template, lays the row's own definition over it, fills in the parameters and checks
/// everything.
/// </summary>
public sealed partial class DefinitionReader(TemplateCatalog templates)
{
    private const string ListsThem = "'auditfn templates list' lists them all.";

    // What is longer is no name that somebody mistyped.
    private const int LongestName = 100;

    /// <summary>Reads a row; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public SourceDefinition? Read(TableRow row, Problems problems)
    {
        var before = problems.Found.Count;
        if (!ResourceName.IsValid(row.Name))
        {
            problems.Add("name", $"'{row.Name}' is no source name; allowed: {ResourceName.Allowed}.");
        }

        if (FindTemplate(row, problems) is not { } template)
        {
            return null;
        }

        var owner = template.Name.Length > 0 ? $"template '{template.Name}'" : "this definition";
        var bound = BoundParameters.Bind(template.Parameters, owner, row, SourceColumns.IsCommon, problems);
        var wrong = problems.Found.Skip(before).Select(problem => problem.Where).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = new Problems();
        var filled = bound.Fill(ProcessorsReader.Over(template.Definition, row, problems), "", found) as SettingMap ?? new SettingMap(0, []);
        var definition = Read(filled, template, row, bound, found);
        foreach (var problem in found.Found)
        {
            // A common column says what it is about itself.
            var column = row[problem.Where] is null ? bound.ColumnOf(problem.Where) : null;
            if (column is null)
            {
                problems.Add(problem.Where, problem.What);
            }
            else if (!wrong.Contains(column))
            {
                // What only follows from a column's own mistake would mislead, and what it makes wrong in two places is said once.
                var what = problem.What == SettingReader.Missing ? DescribedBy(template, column) : problem.What;
                if (!problems.Found.Contains(new Problem(column, what)))
                {
                    problems.Add(column, what);
                }
            }
        }

        return problems.Found.Count == before ? definition : null;
    }

    private static string DescribedBy(SourceTemplate template, string column) =>
        template.Parameters.FirstOrDefault(parameter => parameter.Name == column) is { Description.Length: > 0 } parameter
            ? $"{SettingReader.Missing.TrimEnd('.')}: {OfChoice().Match(parameter.Description).Groups["what"].Value.TrimEnd('.')}." : SettingReader.Missing;

    // Where a parameter is for one of several ways to sign in, the row has chosen that way already.
    [GeneratedRegex(@"^(auth [a-z]+( or [a-z]+)?: (?<what>[^;]*)|(?<what>.*))", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex OfChoice();

    private SourceTemplate? FindByName(string name, Problems problems)
    {
        try
        {
            if (templates.Find(name) is { } template)
            {
                return template;
            }

            var near = name.Length <= LongestName ? templates.Near(name) : [];
            problems.Add(SourceColumns.Template, $"'{name}' is unknown{(near.Count > 0 ? $"; near it: {string.Join(", ", near)}" : "")}. {ListsThem}");
        }
        catch (InvalidOperationException exception)
        {
            // A template that we ship broken stops the rows that name it, not the others.
            problems.Add(SourceColumns.Template, exception.Message);
        }

        return null;
    }

    private SourceTemplate? FindTemplate(TableRow row, Problems problems)
    {
        var template = SourceTemplate.Empty;
        if (row[SourceColumns.Template] is { } name)
        {
            if (FindByName(name, problems) is not { } found)
            {
                return null;
            }

            template = found;
        }

        if (row[SourceColumns.Definition] is { } text)
        {
            var root = SettingYaml.Read(text, SourceColumns.Definition, problems);
            if (root is not SettingMap map)
            {
                if (root is not null)
                {
                    problems.Add(SourceColumns.Definition, "must be YAML or JSON with keys and values.");
                }

                return null;
            }

            var own = TemplateReader.Read(map, problems);
            var parameters = template.Parameters.Where(parameter => own.Parameters.All(other => other.Name != parameter.Name)).Concat(own.Parameters);
            template = template with { Parameters = [.. parameters], Definition = SettingOverlay.Lay(own.Definition, template.Definition) };
        }
        else if (template == SourceTemplate.Empty)
        {
            problems.Add(
                SourceColumns.Template,
                $"is missing. {ListsThem} Or give a '{SourceColumns.Definition}'.");
            return null;
        }

        return template;
    }

    private static SourceDefinition Read(SettingMap map, SourceTemplate template, TableRow row, BoundParameters bound, Problems problems)
    {
        var reader = new SettingReader(map, "", problems);
        var columns = new RowColumns(row, problems);
        var baseUrl = BaseUrlReader.Read(reader, columns);
        var none = new SettingMap(0, []);
        var auth = AuthReader.Read(reader.Map("auth") is null ? none : (SettingMap)map["auth"]!, baseUrl, bound.Secrets.Keys, problems);
        var request = RequestReader.Read(reader.Map("request") ?? new SettingReader(none, "request", problems), baseUrl, bound.Secrets.Keys);
        var next = reader.Map("next") is { } nextReader ? RequestReader.Read(nextReader, baseUrl, bound.Secrets.Keys) : null;
        var fields = new PageFields();
        var reading = new ReadingReader(reader, fields);
        var list = ExpandReader.Read(reader, map, baseUrl, bound.Secrets.Keys);
        var pagingMap = reader.Map("paging") ?? new SettingReader(none, "paging", problems);
        var paging = PagingReader.Read(pagingMap, list?.Fields ?? fields, list?.Items ?? reading.EventsPath);
        var itemPaging = list?.Paging is { } ofItem ? PagingReader.Read(ofItem, fields, reading.EventsPath) : null;
        if (itemPaging?.Hosts.Count > 0)
        {
            problems.Add("expand.paging.hosts", "is for the pages of a list: the pages of an item's answer stay on the source's host.");
        }

        var events = reading.Build(problems);
        var isByCursor = reader.Choice("progress", "window", "cursor") == "cursor";
        var progress = reading.Snapshot is not null ? ProgressKind.Listing : isByCursor ? ProgressKind.Cursor : ProgressKind.Window;

        var facts = new ProcessorFacts(row.Name, template.Name, template.Vendor);
        var processors = new ProcessorsReader(facts, bound.Secrets).Read(reader);
        var destinations = columns.Destinations();
        var definition = new SourceDefinition
        {
            Name = row.Name,
            Template = template.Name,
            Vendor = template.Vendor,
            Enabled = columns.Flag(SourceColumns.Enabled) ?? true,
            Destinations = destinations,
            Routes = RoutesReader.Read(reader, facts, bound.Secrets, processors, destinations),
            Secrets = bound.Secrets,
            Request = request with { NextHosts = paging.Hosts },
            Next = next is null ? null : next with { NextHosts = paging.Hosts },
            Partitions = PartitionsReader.Read(reader, baseUrl, columns, bound.Secrets.Keys.ToArray()),
            Network = NetworkReader.Read(columns, problems),
            Steps = StepsReader.Read(reader, baseUrl, columns, bound.Secrets.Keys.ToArray()),
            Job = JobReader.Read(reader, baseUrl, bound.Secrets.Keys.ToArray(), events.Errors),
            Auth = auth,
            Paging = paging,
            Reading = events,
            Expand = list?.Build(events.Plan, itemPaging, problems),
            Order = reader.Choice("order", "unordered", "ascending", "descending") switch
            {
                "ascending" => EventOrder.Ascending,
                "descending" => EventOrder.Descending,
                _ => EventOrder.Unordered,
            },
            Progress = progress,
            Snapshot = reading.Snapshot is { } snapshot ? snapshot with { Mark = Fingerprint.OfListing(snapshot.Mark, map, baseUrl) } : null,
            Processors = processors,
            Timing = TimingReader.Read(reader, columns, none, progress),
            Throttling = ThrottlingReader.Read(reader, none),
            Fingerprint = Fingerprint.Of(map, row),
        };
        reader.Finish();
        if (problems.None)
        {
            Contradictions.Check(definition, problems);
        }

        return definition;
    }
}
