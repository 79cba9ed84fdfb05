using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Definition.Planned;

namespace AuditFunctions.Sources.Paging;

/// <summary>Every kind of paging, by the word that a template uses.</summary>
public static class PagingCatalog
{
    private delegate IPagingKind Factory(SettingReader reader, PageFields fields, JsonPath events);

    // One line per kind.
    private static readonly Dictionary<string, Factory> Kinds = new(StringComparer.Ordinal)
    {
        ["none"] = (_, _, _) => new NoPaging(),
        ["link-header"] = (reader, _, _) => new LinkHeaderPaging(reader.Text("rel") ?? "next"),
        ["cursor"] = (reader, fields, _) => new CursorPaging(FieldOrHeader(reader, fields, out var header), header, reader.Text("join")),
        ["next-url"] = (reader, fields, _) => new NextUrlPaging(FieldOrHeader(reader, fields, out var header), header),
        ["page"] = (reader, fields, _) => new PageNumberPaging(reader.Integer("start", 0, 1) ?? 1, fields.AddOptional(reader, "path")),
        ["offset"] = (reader, _, _) => new OffsetPaging(reader.Integer("start", 0, 1) ?? 0),
        ["last-event"] = (reader, fields, events) => new LastEventPaging(fields.AddLastEvent(reader, "path", events)),
    };

    /// <summary>The words, for messages.</summary>
    public static IEnumerable<string> Names => Kinds.Keys;

    /// <summary>Reads <c>paging</c>.</summary>
    internal static PagingDefinition Read(SettingReader reader, PageFields fields, JsonPath events, PlannedParts planned, PlannedRequests requests)
    {
        var kind = Kind(reader, fields, events, planned, requests);
        var stops = new List<StopCondition>();
        foreach (var node in reader.List("stop"))
        {
            if (node is SettingText { Value: "known-page" })
            {
                // Nothing on the page is new: for vendors without a time filter.
                planned.Use(reader.At("stop"), $"'known-page' {PlannedParts.NotYet}");
            }
            else if (ReadStop(node, reader, fields, kind) is { } stop)
            {
                stops.Add(stop);
            }
        }

        // Kinds that count go on by themselves: without a stop of their own they end at an empty page.
        if (stops.Count == 0 && kind is PageNumberPaging or OffsetPaging)
        {
            stops.Add(new StopCondition.EmptyPage());
        }

        reader.Finish();
        return new PagingDefinition(kind, stops);
    }

    private static IPagingKind Kind(SettingReader reader, PageFields fields, JsonPath events, PlannedParts planned, PlannedRequests requests)
    {
        if (reader.Text("kind") is { } word && PlannedKinds.Has(word))
        {
            planned.Use(reader.At("kind"), $"'{word}' can be written but not run by this version; runnable: {string.Join(", ", Names)}.");
            PlannedKinds.Read(word, reader, requests);
            return new NoPaging();
        }

        return Kinds[reader.Choice("kind", [.. Names])](reader, fields, events);
    }

    private static int FieldOrHeader(SettingReader reader, PageFields fields, out string? header)
    {
        header = reader.Text("header");
        if (header is null == !reader.Has("path"))
        {
            reader.Problems.Add(reader.At("path"), "must name where the next page stands: either 'path' (in the body) or 'header'.");
            return -1;
        }

        return fields.AddOptional(reader, "path");
    }

    private static StopCondition? ReadStop(SettingNode node, SettingReader reader, PageFields fields, IPagingKind kind)
    {
        switch (node)
        {
            case SettingText { Value: "empty-page" }:
                return new StopCondition.EmptyPage();
            case SettingText { Value: "short-page" }:
                return new StopCondition.ShortPage();
            case SettingText { Value: "no-cursor" }:
                return null;
            case SettingMap map:
                var stop = reader.Item("stop", map);
                StopCondition? condition = null;
                if (stop.Has("total"))
                {
                    if (kind is not (PageNumberPaging or OffsetPaging))
                    {
                        reader.Problems.Add(stop.At("total"), "counts pages or events; allowed with the kinds page and offset.");
                    }

                    condition = new StopCondition.Total(fields.AddOptional(stop, "total"), kind);
                }
                else if (stop.Has("header"))
                {
                    condition = new StopCondition.HeadersDiffer(stop.Required("header"), stop.Required("differs"));
                }
                else
                {
                    stop.Required("path");
                    condition = new StopCondition.Flag(fields.AddOptional(stop, "path"), stop.Required("is"));
                }

                stop.Finish();
                return condition;
            default:
                reader.Problems.Add(
                    reader.At("stop"),
                    "allowed: empty-page, short-page, no-cursor, { path: has_more, is: false }, { total: meta.total }, { header: X-Result-Count, differs: X-Limit }.");
                return null;
        }
    }
}
