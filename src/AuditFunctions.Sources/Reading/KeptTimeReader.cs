using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>errors.from</c>.</summary>
internal static class KeptTimeReader
{
    private static readonly string[] Places = ["path", "header", "before"];

    /// <summary>Reads it.</summary>
    /// <param name="from">The map.</param>
    /// <param name="paths">What is looked up in bodies; takes the path.</param>
    public static KeptTime Read(SettingReader from, List<JsonPath> paths)
    {
        var before = from.Duration("before", TimeSpan.FromMinutes(1), TimeSpan.FromDays(3660));
        var header = HeaderName.Of(from, "header");

        if (Places.Count(from.Has) != 1)
        {
            from.Problems.Add(from.At("path"), "or 'header' or 'before' says from when on the vendor has events: name one of the three.");
        }

        if (from.Has("before") && (from.Has("pattern") || from.Has("format") || from.Has("zone")))
        {
            from.Problems.Add(from.At("before"), "is a duration: 'pattern', 'format' and 'zone' are for a time in the answer.");
        }

        var text = from.Text("format") ?? "iso8601";
        if (!TimeFormat.TryParse(text, from.Text("zone"), out var format, out var error))
        {
            from.Problems.Add(from.At("format"), error);
        }

        var pattern = from.Regex("pattern", ignoreCase: false);
        var field = -1;
        if (from.Path("path") is { } path)
        {
            paths.Add(path);
            field = paths.Count - 1;
        }

        from.Finish();
        return new KeptTime(field, header, pattern, format ?? TimeFormat.Iso8601, before);
    }
}
