using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Good pages for every template of the catalog, made from what the template says of them, and their events.</summary>
internal static class SamplePages
{
    private static readonly TemplateCatalog Catalog = new();

    private static readonly string[] Texts =
    [
        "", "plain", "with \\\"quotes\\\" and \\\\", "{[,:]}", "é€😀", "\\ud83d\\ude00", "\\ud800", "\\u0000", "</script>", "a\\/b", "\\r\\n\\t",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "-0", "1e400", "0.1E-07", "9007199254740993", "123456789012345678901234567890", "{}", "[]", "{\"\":{}}", "{\"a\":1,\"a\":2}", "[[[[[[]]]]]]", "[1, {\"id\":\"inner\"}, \"x\"]",
    ];

    /// <summary>Each template's definition with its example values, as it reads pages; those apart whose paths count elements.</summary>
    public static IReadOnlyList<SourceDefinition> Sources { get; } =
    [
        .. Catalog.Names.Select(name => Pull.Define([("template", name), .. Examples(name)])).Where(source => IsOfNames(source.Reading.Plan)),
        Pull.DefineYaml("https://api.example.com", "{ events: { path: deep.list }, id: id, time: at, request: { path: /x, query: { c: '{cursor}' } }, paging: { kind: cursor, path: next } }"),
        Pull.DefineYaml("https://api.example.com", "{ events: { format: json-lines }, id: id, time: { path: at, format: unix-ms }, request: { path: /x } }"),
    ];

    /// <summary>Draws a page of a source.</summary>
    public static (byte[] Page, IReadOnlyList<string> Events) Draw(SourceDefinition source, Random random)
    {
        var events = Enumerable.Range(0, random.Next(0, 12)).Select(number => Event(source, random, number)).ToList();
        var plan = source.Reading.Plan;
        if (plan.Format == PageFormat.JsonLines)
        {
            return (Encoding.UTF8.GetBytes(string.Concat(events.Select(text => text + (random.Next(4) == 0 ? "\r\n" : "\n")))), events);
        }

        var blank = random.Next(3) == 0 ? "\n  " : "";
        var isMap = random.Next(8) == 0;
        var page = isMap
            ? "{" + string.Join(',', events.Select((text, number) => $"{blank}\"m{number}\":{text}")) + blank + "}"
            : "[" + string.Join(',', events.Select(text => blank + text + blank)) + "]";
        foreach (var name in Names(plan.Events).Reverse())
        {
            page = $"{{\"before\":[1,\"x\"],{blank}\"{name}\":{page},\"next\":\"token\",\"after\":{{\"n\":1}}}}";
        }

        return (Encoding.UTF8.GetBytes(page), events);
    }

    /// <summary>The names of a path that is made of nothing else.</summary>
    public static string[] Names(JsonPath path) => [.. path.Steps.ToArray().Select(step => step.Name.Text)];

    private static bool IsOfNames(PagePlan plan) =>
        Enumerable.Range(0, plan.EventFieldCount).Select(plan.PathOfEventField).Append(plan.Events)
            .All(path => path.Steps.ToArray().All(step => step.Kind == PathStepKind.Name));

    private static string Event(SourceDefinition source, Random random, int number)
    {
        var names = source.Reading.Plan.EventFieldCount;
        var text = new StringBuilder("{");
        for (var field = 0; field < names; field++)
        {
            var path = Names(source.Reading.Plan.PathOfEventField(field));
            var value = field == source.Reading.TimeField
                ? source.Reading.TimeFormat.Write(new DateTimeOffset(2026, 1, 1, 0, 0, number, TimeSpan.Zero))
                : string.Create(CultureInfo.InvariantCulture, $"n{number}-{random.Next(1_000_000)}");
            var nested = $"\"{value}\"";
            foreach (var name in path.Reverse())
            {
                nested = $"{{\"{name}\":{nested}}}";
            }

            text.Append(nested.AsSpan(1, nested.Length - 2)).Append(',');
        }

        if (names == 0)
        {
            // No two events are alike.
            text.Append(CultureInfo.InvariantCulture, $"\"number\":{number},");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\"t\":\"{Texts[random.Next(Texts.Length)]}\",\"v\":{Values[random.Next(Values.Length)]}").Append('}').ToString();
    }

    private static IEnumerable<(string, string?)> Examples(string name) =>
        Catalog.Find(name)!.Parameters
            .Where(parameter => parameter.Required || parameter.Name == "time")
            .Select(parameter => (parameter.Name, parameter.Secret ? "secret:any" : parameter.Example));
}
