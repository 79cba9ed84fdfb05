using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition.Planned;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Sources.Definition;

/// <summary>Makes a source's definition from its row: finds the template, lays the row's own definition over it, fills in the parameters and checks everything.</summary>
public sealed class DefinitionReader(TemplateCatalog templates)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Reads a row; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public SourceDefinition? Read(TableRow row, Problems problems) => Read(row, problems, checkOnly: false);

    /// <summary>Reads a row; with <paramref name="checkOnly"/> also what this version cannot run yet is accepted, once it is checked.</summary>
    internal SourceDefinition? Read(TableRow row, Problems problems, bool checkOnly)
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

        var bound = BoundParameters.Bind(template.Parameters, template.Name.Length > 0 ? $"template '{template.Name}'" : "this definition", row, SourceColumns.IsCommon, problems);
        var filled = bound.Fill(template.Definition, "", problems) as SettingMap ?? new SettingMap(0, []);
        var definition = Read(filled, template, row, bound, problems, new PlannedParts(checkOnly, problems));
        return problems.Found.Count == before ? definition : null;
    }

    private SourceTemplate? FindByName(string name, Problems problems)
    {
        try
        {
            if (templates.Find(name) is { } template)
            {
                return template;
            }

            problems.Add(SourceColumns.Template, $"'{name}' is unknown; templates: {string.Join(", ", templates.Names)}.");
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
            problems.Add(SourceColumns.Template, $"is missing; templates: {string.Join(", ", templates.Names)}; or give a '{SourceColumns.Definition}'.");
            return null;
        }

        return template;
    }

    private static SourceDefinition Read(SettingMap map, SourceTemplate template, TableRow row, BoundParameters bound, Problems problems, PlannedParts planned)
    {
        planned.Collect(map);
        var reader = new SettingReader(map, "", problems);
        var columns = new RowColumns(row, problems);
        var baseUrl = BaseUrl(reader, columns, planned);
        var auth = reader.Map("auth") is { } authReader ? AuthCatalog.Read(authReader, baseUrl, planned, bound.Secrets.Keys) : new NoAuth();
        if (map["auth"] is SettingMap authMap)
        {
            AuthPlaceholders.Check(authMap, bound.Secrets.Keys, planned, problems);
        }

        var none = new SettingMap(0, []);
        var request = RequestReader.Read(reader.Map("request") ?? new SettingReader(none, "request", problems), baseUrl, bound.Secrets.Keys, planned);
        var next = reader.Map("next") is { } nextReader ? RequestReader.Read(nextReader, baseUrl, bound.Secrets.Keys, planned) : null;
        var fields = new PageFields();
        var reading = new ReadingReader(reader, fields, planned);
        var paging = PagingCatalog.Read(reader.Map("paging") ?? new SettingReader(none, "paging", problems), fields, reading.EventsPath, planned, new PlannedRequests(planned, bound.Secrets.Keys));
        planned.Read(reader, bound.Secrets.Keys);
        var progress = reader.Choice("progress", "window", "cursor") == "cursor" ? ProgressKind.Cursor : ProgressKind.Window;

        var definition = new SourceDefinition
        {
            Name = row.Name,
            Template = template.Name,
            Enabled = columns.Flag(SourceColumns.Enabled) ?? true,
            Destinations = columns.Destinations(),
            Secrets = bound.Secrets,
            Request = request,
            Next = next,
            Auth = auth,
            Paging = paging,
            Reading = reading.Build(problems),
            Order = reader.Choice("order", "unordered", "ascending", "descending") switch
            {
                "ascending" => EventOrder.Ascending,
                "descending" => EventOrder.Descending,
                _ => EventOrder.Unordered,
            },
            Progress = progress,
            Timing = ReadTiming(reader, columns, none, progress),
            Throttling = ReadThrottling(reader, none, planned),
            Fingerprint = FingerprintOf(map, row),
        };
        reader.Finish();
        return definition;
    }

    private static string BaseUrl(SettingReader reader, RowColumns columns, PlannedParts planned)
    {
        if (reader.Node("baseUrl") is SettingText && reader.Template("baseUrl") is { Literal: null } template && template.Parts.All(part => part.Name is null || planned.Names.Contains(part.Name)))
        {
            planned.Use(reader.At("baseUrl"), $"placeholders here {PlannedParts.NotYet}");
            return "https://planned.invalid";
        }

        var (key, text) = columns.Text(SourceColumns.BaseUrl) is { } own ? (SourceColumns.BaseUrl, own) : (reader.At("baseUrl"), reader.Text("baseUrl"));
        reader.Text("baseUrl");
        if (string.IsNullOrEmpty(text))
        {
            reader.Problems.Add(reader.At("baseUrl"), "is missing.");
            return "https://missing.invalid";
        }

        if (HttpsUrl.WhatIsWrong(text) is { } wrong)
        {
            reader.Problems.Add(key, wrong);
            return "https://missing.invalid";
        }

        if (text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            reader.Problems.Add(key, "must not hold a query or fragment.");
        }

        return text;
    }

    private static TimingDefinition ReadTiming(SettingReader reader, RowColumns columns, SettingMap none, ProgressKind progress)
    {
        var timing = reader.Map("timing") ?? new SettingReader(none, "timing", reader.Problems);
        var limits = reader.Map("limits") ?? new SettingReader(none, "limits", reader.Problems);
        var maxPageSize = limits.Integer("maxPageSize", 1, 1_000_000) ?? 100_000;
        var read = new TimingDefinition
        {
            Interval = Over(columns.Duration(SourceColumns.Interval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7)), timing.Duration("interval", TimeSpan.FromSeconds(10), TimeSpan.FromDays(7))) ?? TimeSpan.FromMinutes(5),
            Lag = Over(columns.Duration(SourceColumns.Lag, TimeSpan.Zero, TimeSpan.FromDays(7)), timing.Duration("lag", TimeSpan.Zero, TimeSpan.FromDays(7))) ?? TimeSpan.Zero,
            Overlap = Over(columns.Duration(SourceColumns.Overlap, TimeSpan.Zero, TimeSpan.FromDays(7)), timing.Duration("overlap", TimeSpan.Zero, TimeSpan.FromDays(7))) ?? TimeSpan.FromMinutes(5),
            Lookback = Over(columns.Duration(SourceColumns.Lookback, TimeSpan.Zero, 10 * Year), timing.Duration("lookback", TimeSpan.Zero, 10 * Year)) ?? TimeSpan.FromDays(1),
            Since = columns.Instant(SourceColumns.Since),
            MaxWindow = timing.Duration("maxWindow", TimeSpan.FromMinutes(1), Year),
            Retention = timing.Duration("retention", TimeSpan.FromMinutes(1), 10 * Year),
            Granularity = timing.Duration("granularity", TimeSpan.Zero, TimeSpan.FromDays(1)) ?? TimeSpan.Zero,
            ExpectEvery = Over(columns.Duration(SourceColumns.ExpectEvery, TimeSpan.FromMinutes(1), Year), timing.Duration("expectEvery", TimeSpan.FromMinutes(1), Year)),
            PageSize = Over(columns.Integer(SourceColumns.PageSize, 1, maxPageSize), limits.Integer("pageSize", 1, maxPageSize)) ?? 100,
            RequestInterval = limits.Duration("requestInterval", TimeSpan.Zero, TimeSpan.FromMinutes(5)) ?? TimeSpan.Zero,
            RequestTimeout = limits.Duration("requestTimeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? TimeSpan.FromSeconds(60),
        };
        read = read with { Tiers = TierReader.Read(timing, columns, read.Retention, progress) };
        timing.Finish();
        limits.Finish();
        return read;
    }

    // Both are always read, so that a template's key is known also where the row overrides it.
    private static T? Over<T>(T? row, T? template)
        where T : struct => row ?? template;

    private static ThrottlingDefinition ReadThrottling(SettingReader reader, SettingMap none, PlannedParts planned)
    {
        var throttling = reader.Map("throttling") ?? new SettingReader(none, "throttling", reader.Problems);
        var read = new ThrottlingDefinition
        {
            RemainingHeader = throttling.Text("remainingHeader"),
            ResetHeader = throttling.Text("resetHeader"),
            ResetFormat = throttling.Choice("resetFormat", "unix-s", "seconds", "milliseconds", "iso8601", "unix-ms"),
            BodyContains = throttling.Text("bodyContains"),
        };
        if (throttling.Has("waitPath") || throttling.Has("statuses"))
        {
            planned.Use(throttling.Where, $"'waitPath' and 'statuses' {PlannedParts.NotYet}");
            PlannedValues.Path(throttling, "waitPath");
            throttling.Texts("statuses");
        }

        throttling.Finish();
        return read;
    }

    private static string FingerprintOf(SettingMap filled, TableRow row)
    {
        var text = new StringBuilder();
        Append(text, filled);
        foreach (var (column, value) in row.Columns.OrderBy(column => column.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(CultureInfo.InvariantCulture, $"{column}={value}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private static void Append(StringBuilder text, SettingNode node)
    {
        switch (node)
        {
            case SettingText scalar:
                text.Append(scalar.Plain ? 'p' : 'q').Append(scalar.Value).Append('\n');
                break;
            case SettingList list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Append(text, item);
                }

                text.Append(']');
                break;
            case SettingMap map:
                text.Append('{');
                foreach (var (key, value) in map.Entries)
                {
                    text.Append(key).Append(':');
                    Append(text, value);
                }

                text.Append('}');
                break;
        }
    }
}
