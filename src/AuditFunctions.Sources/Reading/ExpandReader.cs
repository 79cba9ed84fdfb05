using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>expand</c>. What the list's pages are asked for is known when <c>paging</c> has been read: <see cref="Build"/> comes after it.</summary>
internal sealed class ExpandReader
{
    private const int UsualConcurrency = 4;

    private readonly List<JsonPath> _itemFields = [];
    private readonly List<PartitionCondition> _where = [];
    private readonly List<KeyValuePair<string, int>> _added = [];
    private readonly RequestDefinition _request;
    private readonly string[] _paths;
    private readonly int _concurrency;
    private readonly string? _numberedAs;
    private readonly int _timeField;
    private readonly TimeFormat _timeFormat;
    private readonly ErrorRules _errors;
    private readonly EventsDefinition _listing;
    private readonly ExpandLinkReader? _link;

    private ExpandReader(SettingReader reader, SettingMap definition, string baseUrl, IEnumerable<string> secrets)
    {
        var request = reader.Map("request");
        if (request is null)
        {
            reader.Problems.Add(reader.At("request"), "is missing: the request for an item of the list, such as { url: \"{item.url}\" } or { path: \"/events/{item.id}\" }.");
        }

        _link = ExpandLinkReader.Read(reader, definition, baseUrl);
        _request = ReadRequest(reader, request ?? new SettingReader(new SettingMap(0, []), "expand.request", new Problems()), baseUrl, secrets);
        _paths = [.. _request.Placeholders().Select(RunPlaceholders.ItemPathOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        foreach (var path in _paths)
        {
            _itemFields.Add(reader.Path("request", path) ?? JsonPath.Root);
        }

        _listing = ReadListing(reader);
        Items = _listing.Path;
        Fields.IsShaped = _listing.Shape is not null;
        if (request is not null && _paths.Length == 0)
        {
            reader.Problems.Add(reader.At("request"), "uses no value of the item, such as {item.id}, so that every item would have the same answer.");
        }

        (_timeField, _timeFormat) = ReadTime(reader);
        ReadAdded(reader);
        _numberedAs = reader.Text("number");
        Paging = reader.Map("paging");
        if (Paging is not null && _numberedAs is not null)
        {
            reader.Problems.Add(reader.At("number"), "cannot stand beside 'expand.paging': each page would begin with 1 again, so that two events had one number.");
        }

        ReadFilter(reader);
        _concurrency = reader.Integer("concurrency", 1, 16) ?? UsualConcurrency;
        reader.Finish();

        // Both the list and the answers mean what the rules say. What is wrong with them was said when the answers' were read.
        _errors = ErrorsReader.Read(new SettingReader(definition, "", new Problems()), Fields);
    }

    /// <summary>Where the items stand in a page of the list.</summary>
    public JsonPath Items { get; }

    /// <summary>What is wanted of a page of the list.</summary>
    public PageFields Fields { get; } = new();

    /// <summary>How the pages of an item's answer follow each other, still to be read; null where an answer is one request.</summary>
    public SettingReader? Paging { get; }

    /// <summary>Reads the map; null when there is none.</summary>
    /// <param name="reader">The definition.</param>
    /// <param name="definition">The same as a map.</param>
    /// <param name="baseUrl">Where the vendor is, a text with placeholders.</param>
    /// <param name="secrets">The row's secrets, by placeholder.</param>
    public static ExpandReader? Read(SettingReader reader, SettingMap definition, string baseUrl, IEnumerable<string> secrets) =>
        reader.Map("expand") is { } map ? new ExpandReader(map, definition, baseUrl, secrets) : null;

    /// <summary>The members that an event gets beside those that it has in its answer.</summary>
    public static IEnumerable<string> AddedTo(SettingReader reader)
    {
        if (reader.Node("expand") is not SettingMap expand)
        {
            return [];
        }

        var added = expand["add"] is SettingMap map ? map.Entries.Select(entry => entry.Key) : [];
        return expand["number"] is SettingText number ? added.Append(number.Value) : added;
    }

    /// <summary>The definition, once every field of the list's pages is known.</summary>
    /// <param name="events">How events are read from an answer.</param>
    /// <param name="pages">How the pages of an answer follow each other; null where it is one request.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public ExpandDefinition Build(PagePlan events, PagingDefinition? pages, Problems problems) => new(_request, ListReading(problems), _paths)
    {
        Pages = pages,
        Link = _link?.Build(problems),
        Needed = (_request.Link?.Parts ?? _request.Url.Parts).Select(part => part.Name).OfType<string>()
            .Select(RunPlaceholders.ItemPathOf).OfType<string>().ToHashSet(StringComparer.Ordinal),
        Where = _where,
        Concurrency = _concurrency,
        Added = _added,
        NumberedAs = _numberedAs,
        Together = new PagePlan(PageFormat.Json, JsonPath.Root, [.. Enumerable.Range(0, events.EventFieldCount).Select(events.PathOfEventField)], []),
    };

    private static RequestDefinition ReadRequest(SettingReader reader, SettingReader request, string baseUrl, IEnumerable<string> secrets)
    {
        string[] names = [.. secrets];
        var read = RequestReader.Read(request, baseUrl, names, ofItem: true, hasPages: reader.Node("paging") is not null);
        var hosts = reader.Texts("hosts");
        foreach (var host in hosts)
        {
            if (ItemAddress.WhatIsWrong(host) is { } wrong)
            {
                reader.Problems.Add(reader.At("hosts"), $"'{host}' {wrong}");
            }
        }

        if (request.Has("url") && request.Has("path"))
        {
            request.Problems.Add(request.At("url"), "stands beside 'path': say one of both.");
        }

        if (read.Link is { } link && (link.Only?.Name is not { } only || RunPlaceholders.ItemPathOf(only) is null))
        {
            request.Problems.Add(request.At("url"), "must be a value of the item and nothing else, such as \"{item.url}\"; for all else there is 'path'.");
        }

        if (hosts.Count > 0 && reader.Has("link"))
        {
            // They are those of the link; the item itself is asked for at the source's own host.
            return read;
        }

        if (hosts.Count > 0 && read.Link is null)
        {
            reader.Problems.Add(reader.At("hosts"), "is for links of items: say 'request: { url: \"{item.url}\" }', or 'link' where the answer for an item is one.");
        }
        else if (hosts.Count > 0 && read.Placeholders().FirstOrDefault(names.Contains) is { } secret)
        {
            reader.Problems.Add(reader.At("hosts"), $"would send the secret '{secret}' of 'expand.request' to other hosts; credentials belong into 'auth', which goes to the source's own host only.");
        }
        else if (hosts.Count > 0 && CapturedBesideTheAddress(read) is { } captured)
        {
            reader.Problems.Add(reader.At("hosts"), $"would send '{{{captured}}}' of 'expand.request' to other hosts; what a step captured may be a credential.");
        }

        return read with { Hosts = hosts };
    }

    private static string? CapturedBesideTheAddress(RequestDefinition request)
    {
        var ofAddress = request.Url.Parts.Select(part => part.Name).OfType<string>().ToArray();
        return request.Placeholders().FirstOrDefault(name => RunPlaceholders.CaptureOf(name) is not null && !ofAddress.Contains(name));
    }

    private (int Field, TimeFormat Format) ReadTime(SettingReader reader)
    {
        var time = reader.Node("time") is SettingMap ? reader.Map("time") : null;
        var (owner, text) = time is null ? (reader, reader.Text("time")) : (time, time.Required("path"));
        var format = TimeFormat.Iso8601;
        if (time is not null)
        {
            if (TimeFormat.TryParse(time.Text("format") ?? "iso8601", time.Text("zone"), out var known, out var error))
            {
                format = known;
            }
            else
            {
                time.Problems.Add(time.At("format"), error);
            }

            time.Finish();
        }

        if (string.IsNullOrEmpty(text) || owner.Path(time is null ? "time" : "path", text) is not { } path)
        {
            return (-1, format);
        }

        _itemFields.Add(path);
        return (_itemFields.Count - 1, format);
    }

    private void ReadAdded(SettingReader reader)
    {
        if (reader.Map("add") is not { } map)
        {
            return;
        }

        foreach (var (member, node) in map.All())
        {
            if (node is not SettingText text)
            {
                map.Problems.Add(map.At(member), "must be a path in the item; '$' is the whole item.");
            }
            else if (map.Path(member, text.Value) is { } path)
            {
                _added.Add(new(member, _itemFields.Count));
                _itemFields.Add(path);
            }
        }
    }

    private void ReadFilter(SettingReader reader)
    {
        foreach (var (path, values) in FilterReader.Read(reader))
        {
            _where.Add(new PartitionCondition(_itemFields.Count, values));
            _itemFields.Add(path);
        }
    }

    // The list may be anything that an answer with events may be.
    private EventsDefinition ReadListing(SettingReader reader)
    {
        if (reader.Map("list") is not { } list)
        {
            return new EventsDefinition(PageFormat.Json, reader.Path("path") ?? JsonPath.Root, "", reader.Flag("optional") ?? false, Shape: null, AnswerCompression.None);
        }

        foreach (var key in (string[])["path", "optional"])
        {
            if (reader.Has(key))
            {
                reader.Problems.Add(reader.At(key), $"stands beside 'list': say it there, as 'list: {{ {key}: ... }}'.");
            }
        }

        return EventsReader.Read(list, [.. _itemFields.Where(path => !path.IsRoot && path.Steps[0].Kind == PathStepKind.Name).Select(path => path.Steps[0].Name.Text)], []);
    }

    private ReadingDefinition ListReading(Problems problems) => new()
    {
        Plan = _listing.PlanOf(_itemFields, Fields.Paths, "expand.list", problems),
        EventsAreOptional = _listing.IsOptional,
        EventsText = _listing.Shape is null ? null : _listing.Text,
        Shape = _listing.Shape,
        Compression = _listing.Compression,
        Heading = Encoding.UTF8.GetBytes(_listing.Heading),
        IdParts = _paths.Length,
        TimeField = _timeField,
        TimeFormat = _timeFormat,
        Errors = _errors,
    };
}
