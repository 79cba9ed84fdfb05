using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>partitions</c>.</summary>
internal static class PartitionsReader
{
    private const int MaxLevels = 2;

    // What a look-up has no use for: it keeps no cursor, and lists no items that may be gone.
    private static readonly string[] Actions = ["retry", "throttle", "refuse", "empty", "ignore"];

    private static readonly TimeSpan UsualEvery = TimeSpan.FromHours(1);

    /// <summary>Reads the levels; null when the source has one partition only.</summary>
    /// <param name="reader">The definition.</param>
    /// <param name="baseUrl">Where the vendor is, a text with placeholders.</param>
    /// <param name="columns">The row: its column <c>baseUrl</c> says where everything is.</param>
    /// <param name="secrets">The row's secrets, by placeholder.</param>
    public static PartitionsDefinition? Read(SettingReader reader, string baseUrl, RowColumns columns, IReadOnlyCollection<string> secrets)
    {
        if (reader.Map("partitions") is not { } map)
        {
            return null;
        }

        var where = new Place(baseUrl, IsMoved: columns.Text(SourceColumns.BaseUrl) is not null, reader.Template("baseUrl")?.ToString() ?? "");
        var levels = new List<PartitionLevel>();
        foreach (var (name, node) in map.All())
        {
            if (node is SettingMap level)
            {
                levels.Add(ReadLevel(name, map.Item(name, level), where with { IsInner = levels.Count > 0 }, secrets));
            }
            else
            {
                map.Problems.Add(map.At(name), "must be a level of partitions, such as { values: \"{orgs}\" }.");
            }
        }

        if (levels.Count is 0 or > MaxLevels)
        {
            reader.Problems.Add(reader.At("partitions"), $"has {levels.Count} levels; allowed: 1 or {MaxLevels}.");
        }

        map.Finish();
        var read = new PartitionsDefinition(levels);
        if (read.Listed.Count > PartitionsDefinition.MaxPartitions)
        {
            reader.Problems.Add(reader.At("partitions"), $"makes {read.Listed.Count:N0} partitions; allowed: {PartitionsDefinition.MaxPartitions:N0}.");
        }

        return read;
    }

    private static PartitionLevel ReadLevel(string name, SettingReader reader, Place where, IReadOnlyCollection<string> secrets)
    {
        if (!ResourceName.IsValid(name))
        {
            reader.Problems.Add(reader.Where, $"'{name}' is no name; allowed: {ResourceName.Allowed}.");
        }

        var level = new PartitionLevel(name, [], null) { IsInHost = where.HasInHost(name) };
        level = reader.Has("values") ? level with { Values = ReadValues(reader, level) } : level;
        level = reader.Has("request") || !reader.Has("values") ? level with { Lookup = ReadLookup(reader, where, secrets) } : level;
        reader.Finish();
        return level;
    }

    // A list, or one text with commas, as it stands in a column.
    private static string[] ReadValues(SettingReader reader, PartitionLevel level)
    {
        string[] values =
        [
            .. reader.Texts("values").SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal),
        ];
        if (values.Length == 0)
        {
            reader.Problems.Add(reader.At("values"), "is empty: name at least one.");
        }

        foreach (var value in values)
        {
            if (level.WhatIsWrong(value) is { } wrong)
            {
                reader.Problems.Add(reader.At("values"), $"'{value}' {wrong}.");
            }
        }

        return values;
    }

    private static PartitionLookup ReadLookup(SettingReader reader, Place place, IReadOnlyCollection<string> secrets)
    {
        var none = new SettingMap(0, []);
        var own = reader.Has("baseUrl") ? BaseUrlReader.Read(reader, columns: null) : place.BaseUrl;
        var at = place.IsMoved ? place.BaseUrl : own;
        if (!reader.Has("request"))
        {
            reader.Problems.Add(reader.At("request"), "is missing; a level has 'values', or a 'request' that lists them.");
        }

        var request = RequestReader.Read(reader.Map("request") ?? new SettingReader(none, "request", reader.Problems), at, secrets);
        var next = reader.Map("next") is { } following ? RequestReader.Read(following, at, secrets) : null;
        var fields = new PageFields();
        var items = reader.Path("path") ?? JsonPath.Root;
        var paging = PagingReader.Read(reader.Map("paging") ?? new SettingReader(none, "paging", reader.Problems), fields, items);
        var paths = new List<JsonPath> { reader.Path("value") ?? JsonPath.Root };
        var where = new List<PartitionCondition>();
        foreach (var (path, values) in FilterReader.Read(reader))
        {
            where.Add(new PartitionCondition(paths.Count, values));
            paths.Add(path);
        }

        var optional = reader.Flag("optional") ?? false;
        var errors = ErrorsReader.Read(reader, fields, place.IsInner ? [.. Actions, "skip"] : Actions);
        return new PartitionLookup(request with { NextHosts = paging.Hosts }, next is null ? null : next with { NextHosts = paging.Hosts }, paging, ReadingOf(items, paths, fields, optional, errors), where)
        {
            Every = reader.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)) ?? UsualEvery,
        };
    }

    private static ReadingDefinition ReadingOf(JsonPath items, List<JsonPath> paths, PageFields fields, bool optional, ErrorRules errors) => new()
    {
        Plan = new PagePlan(PageFormat.Json, items, paths, fields.Paths),
        EventsAreOptional = optional,
        IdParts = 1,
        TimeField = -1,
        TimeFormat = TimeFormat.Iso8601,
        Errors = errors,
    };

    // Where the vendor is, by the row or the template; a row's address moves the look-ups as well.
    private sealed record Place(string BaseUrl, bool IsMoved, string OfTemplate)
    {
        /// <summary>Whether another level stands above.</summary>
        public bool IsInner { get; init; }

        public bool HasInHost(string level) =>
            HttpsUrl.OriginOf(BaseUrl).Contains(Placeholder(level), StringComparison.Ordinal) || HttpsUrl.OriginOf(OfTemplate).Contains(Placeholder(level), StringComparison.Ordinal);

        private static string Placeholder(string level) => $"{{{RunPlaceholders.OfLevel(level)}}}";
    }
}
