using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Answers.ContextLine;
using AuditFunctions.Sources.Answers.Csv;
using AuditFunctions.Sources.Answers.Lines;
using AuditFunctions.Sources.Answers.Lists;
using AuditFunctions.Sources.Answers.Rows;
using AuditFunctions.Sources.Answers.Script;
using AuditFunctions.Sources.Answers.Single;
using AuditFunctions.Sources.Answers.Xml;
using AuditFunctions.Sources.Scripts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>What <c>events</c> says.</summary>
/// <param name="Format">How a page is written, once it has its shape.</param>
/// <param name="Path">Where the events stand then.</param>
/// <param name="Text">Where they stand in the answer, for messages.</param>
/// <param name="IsOptional">Whether the vendor may leave them out.</param>
/// <param name="Shape">Makes a page of the answer; null when it is one.</param>
/// <param name="Compression">How the answer is packed.</param>
internal sealed record EventsDefinition(PageFormat Format, JsonPath Path, string Text, bool IsOptional, IAnswerShape? Shape, AnswerCompression Compression)
{
    /// <summary>The line that ends a heading in front of the answer; empty where there is none.</summary>
    public string Heading { get; init; } = "";

    /// <summary>How a page is cut.</summary>
    /// <param name="ofEvents">What is looked for in each event.</param>
    /// <param name="ofPage">What is looked for beside them.</param>
    /// <param name="where">The key that says where the events stand.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public PagePlan PlanOf(IReadOnlyList<JsonPath> ofEvents, IReadOnlyList<JsonPath> ofPage, string where, Problems problems)
    {
        try
        {
            return new PagePlan(Format, Path, ofEvents, ofPage);
        }
        catch (ArgumentException exception)
        {
            problems.Add(where, exception.Message);
            return new PagePlan(PageFormat.Json, JsonPath.Root, [], []);
        }
    }
}

/// <summary>Reads <c>events</c>.</summary>
internal static class EventsReader
{
    private static readonly JsonPath Shaped = JsonPath.Parse(ShapedPage.Events);

    /// <summary>Reads the map.</summary>
    /// <param name="events">The map; null when there is none.</param>
    /// <param name="names">The names that an event must have for its id and time to be found: columns of a table.</param>
    /// <param name="ofEvents">Where an event's id and time stand.</param>
    public static EventsDefinition Read(SettingReader? events, string[] names, IReadOnlyList<JsonPath> ofEvents)
    {
        if (events is null)
        {
            return new EventsDefinition(PageFormat.Json, JsonPath.Root, "$", IsOptional: false, Shape: null, AnswerCompression.None);
        }

        var format = events.Choice("format", "json", "json-lines", "csv", "xml", "lines", "script");
        var isOptional = events.Flag("optional") ?? false;
        var compression = events.Choice("compression", "none", "gzip", "zip", "zlib") switch
        {
            "gzip" => AnswerCompression.Gzip,
            "zip" => AnswerCompression.Zip,
            "zlib" => AnswerCompression.Zlib,
            _ => AnswerCompression.None,
        };
        var heading = events.Text("heading") ?? "";
        var paths = format is "csv" or "lines" or "script" ? [] : events.Texts("path");
        var context = format == "json-lines" ? events.Choice("context", "none", "first-line", "last-line") : "none";
        IAnswerShape? shape = format switch
        {
            "csv" => CsvShape.Read(events, names),
            "xml" => XmlShape.Read(events, paths.Count == 1 ? paths[0] : ""),
            "lines" => new LinesShape(),
            "script" => new ScriptShape(ScriptCode.Read(events, ScriptShape.Function, "body")),
            "json" when events.Flag("single") ?? false => new SingleShape(PathOf(events, paths)),
            "json" when events.Has("columns") => RowsShape.Read(events, PathOf(events, paths), names),
            "json" when ListsShape.IsNeededFor(paths) => ListsShape.Read(events, paths),
            _ when context != "none" => new ContextLineShape(context == "first-line", ofEvents),
            _ => null,
        };
        events.Finish();
        var definition = shape is null
            ? new EventsDefinition(format == "json-lines" ? PageFormat.JsonLines : PageFormat.Json, PathOf(events, paths), "", isOptional, null, compression)
            : new EventsDefinition(PageFormat.Json, Shaped, string.Join("', '", paths), isOptional, shape, compression);
        return definition with { Heading = heading };
    }

    private static JsonPath PathOf(SettingReader events, IReadOnlyList<string> paths) =>
        paths.Count == 0 ? JsonPath.Root : events.Path("path", paths[0]) ?? JsonPath.Root;
}
