using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>paging</c>.</summary>
internal static class PagingReader
{
    /// <summary>Reads the kind and what ends a window.</summary>
    public static PagingDefinition Read(SettingReader reader, PageFields fields, JsonPath events)
    {
        var kind = PagingCatalog.Kinds.Read(reader, "kind").Read(reader, fields, events);
        var stops = reader.List("stop").Select(node => ReadStop(node, reader, fields, kind)).OfType<StopCondition>().ToList();

        // Kinds that count, or whose vendor does, go on by themselves: without a stop of their own they end at an empty page.
        if (stops.Count == 0 && (kind.Counts || kind.KeepsPlace))
        {
            stops.Add(new StopCondition.EmptyPage());
        }

        var pending = reader.Duration("pending", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        if (pending is not null && (kind.NextPath is null || kind.IsSilentOnLastPage || kind.NextIsInLastEvent || kind.Counts))
        {
            reader.Problems.Add(reader.At("pending"), "is for answers that name where the page will be; allowed with the kinds cursor, keyset and next-url.");
        }

        var hosts = Hosts(reader, kind);
        reader.Finish();
        return new PagingDefinition(kind, stops) { Pending = pending, Hosts = hosts };
    }

    private static IReadOnlyList<string> Hosts(SettingReader reader, IPagingKind kind)
    {
        var hosts = reader.Texts("hosts");
        foreach (var host in hosts)
        {
            if (ItemAddress.WhatIsWrong(host) is { } wrong)
            {
                reader.Problems.Add(reader.At("hosts"), $"'{host}' {wrong}");
            }
        }

        if (hosts.Count > 0 && !kind.CursorIsUrl)
        {
            reader.Problems.Add(reader.At("hosts"), "is for links to the next page; allowed with the kinds link-header and next-url.");
        }

        return hosts;
    }

    private static StopCondition? ReadStop(SettingNode node, SettingReader reader, PageFields fields, IPagingKind kind)
    {
        switch (node)
        {
            case SettingText { Value: "empty-page" }:
                return new StopCondition.EmptyPage();
            case SettingText { Value: "short-page" }:
                return new StopCondition.ShortPage();
            case SettingText { Value: "before-window" }:
                return new StopCondition.BeforeWindow();
            case SettingText { Value: "no-cursor" }:
                return new StopCondition.NoCursor();
            case SettingMap map:
                var stop = reader.Item("stop", map);
                var condition = ReadCondition(stop, fields, kind);
                stop.Finish();
                return condition;
            default:
                reader.Problems.Add(
                    reader.At("stop"),
                    "allowed: empty-page, short-page, no-cursor, before-window, { path: has_more, is: false }, { total: meta.total }, { pages: meta.pages }, "
                    + "{ header: X-Result-Count, differs: X-Limit }, { header: X-Has-More, is: false }.");
                return null;
        }
    }

    private static StopCondition ReadCondition(SettingReader stop, PageFields fields, IPagingKind kind)
    {
        if (stop.Has("total"))
        {
            if (!kind.Counts)
            {
                stop.Problems.Add(stop.At("total"), "counts pages or events; allowed with the kinds page and offset.");
            }

            return new StopCondition.Total(fields.AddOptional(stop, "total"), stop.Text("total") ?? "");
        }

        if (stop.Has("pages"))
        {
            if (!kind.CountsPages)
            {
                stop.Problems.Add(stop.At("pages"), "counts pages; allowed with the kind page.");
            }

            return new StopCondition.LastPage(fields.AddOptional(stop, "pages"), stop.Text("pages") ?? "", kind);
        }

        if (stop.Has("header"))
        {
            var header = HeaderName.Of(stop, "header") ?? "";
            if (stop.Has("is") != stop.Has("differs"))
            {
                return stop.Has("is") ? new StopCondition.HeaderIs(header, stop.Required("is")) : new StopCondition.HeadersDiffer(header, HeaderName.Of(stop, "differs") ?? "");
            }

            stop.Problems.Add(stop.At("header"), "needs either 'is', the value that ends the window, or 'differs', the header that it is compared with.");
            return new StopCondition.HeaderIs(header, "");
        }

        var path = stop.Required("path");
        return new StopCondition.Flag(fields.AddOptional(stop, "path"), path, stop.Required("is"));
    }
}
