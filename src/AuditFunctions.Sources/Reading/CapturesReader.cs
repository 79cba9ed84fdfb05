using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads a step's <c>capture</c>.</summary>
internal static class CapturesReader
{
    /// <summary>Reads the map; the paths of the values are added to those that are looked for in the answer.</summary>
    public static List<StepCapture> Read(SettingReader reader, List<JsonPath> paths)
    {
        var captures = new List<StepCapture>();
        if (reader.Map("capture") is not { } map)
        {
            return captures;
        }

        foreach (var (name, node) in map.All())
        {
            if (!ResourceName.IsValid(name))
            {
                map.Problems.Add(map.At(name), $"'{name}' is no name; allowed: {ResourceName.Allowed}.");
            }

            var (field, where) = (-1, "");
            if (node is SettingText text)
            {
                field = Add(paths, map.Path(name, text.Value));
                captures.Add(new StepCapture(name, field, null, IsSecret: false, []) { Where = text.Value });
                continue;
            }

            if (node is not SettingMap inner)
            {
                map.Problems.Add(map.At(name), "must be a path in the answer, or a map such as { path: apiHosts.dataRegion, hosts: [\"*.example.com\"] }.");
                continue;
            }

            var capture = map.Item(name, inner);
            var header = HeaderName.Of(capture, "header");
            if (header is null == !capture.Has("path"))
            {
                capture.Problems.Add(capture.At("path"), "must say where the value stands: either 'path' (in the body) or 'header'.");
            }

            field = Add(paths, capture.Path("path"));
            where = header ?? capture.Text("path") ?? "";
            var hosts = capture.Texts("hosts");
            foreach (var host in hosts)
            {
                if (ItemAddress.WhatIsWrong(host) is { } wrong)
                {
                    capture.Problems.Add(capture.At("hosts"), $"'{host}' {wrong}");
                }
            }

            captures.Add(new StepCapture(name, header is null ? field : -1, header, capture.Flag("secret") ?? false, hosts) { Where = where });
            capture.Finish();
        }

        return captures;
    }

    /// <summary>Adds a path.</summary>
    /// <returns>Its index; -1 when there is none.</returns>
    public static int Add(List<JsonPath> paths, JsonPath? path)
    {
        if (path is null)
        {
            return -1;
        }

        paths.Add(path);
        return paths.Count - 1;
    }
}
