using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Requests;

/// <summary>Reads <c>request</c> and <c>next</c>.</summary>
internal static class RequestReader
{
    /// <summary>Reads a request that must be there. Of one that is missing nothing else is said.</summary>
    /// <param name="owner">The map that holds it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="what">What it is for, in words.</param>
    /// <param name="baseUrl">Where the vendor is, as a text with placeholders.</param>
    /// <param name="secrets">The row's secrets, by placeholder; null when somebody else checks the placeholders.</param>
    public static RequestDefinition Required(SettingReader owner, string key, string what, string baseUrl, IEnumerable<string>? secrets)
    {
        if (owner.Map(key) is { } request)
        {
            return Read(request, baseUrl, secrets);
        }

        owner.Problems.Add(owner.At(key), $"is missing: {what}");
        return Read(new SettingReader(new SettingMap(0, []), key, new Problems()), baseUrl, secrets);
    }

    /// <summary>Reads a request; addresses without a host stand below <paramref name="baseUrl"/>.</summary>
    /// <param name="reader">The map.</param>
    /// <param name="baseUrl">Where the vendor is, as a text with placeholders.</param>
    /// <param name="secrets">The row's secrets, by placeholder; null when somebody else checks the placeholders.</param>
    /// <param name="ofItem">Whether it asks for what an item of a list stands for, whose values are then placeholders.</param>
    /// <param name="hasPages">Whether the answer for an item has pages, whose place is a placeholder then.</param>
    public static RequestDefinition Read(SettingReader reader, string baseUrl, IEnumerable<string>? secrets, bool ofItem = false, bool hasPages = false)
    {
        var method = reader.Choice("method", "GET", "POST");
        var url = reader.Template("path") is { } path ? Below(baseUrl, path) : TextTemplate.Parse(baseUrl);
        var link = ofItem ? reader.Template("url") : null;
        var query = Pairs(reader, "query", '&', '=');
        var headers = Pairs(reader, "headers", '\n', ':');
        var bodyFormat = reader.Choice("bodyFormat", "json", "form", "text");
        var body = bodyFormat == "text" ? reader.Node("body") : Body(reader);
        var form = bodyFormat == "form";
        if (bodyFormat == "text" && body is not (null or SettingText))
        {
            reader.Problems.Add(reader.At("body"), "must be a text when bodyFormat is text.");
        }

        if (form && body is not null && (body is not SettingMap map || map.Entries.Any(entry => entry.Value is not SettingText)))
        {
            reader.Problems.Add(reader.At("body"), "must be a map of texts when bodyFormat is form.");
        }

        var script = RequestScript.Read(reader);
        var zone = reader.Text("timeZone");
        var formats = new Dictionary<string, TimeFormat>(StringComparer.Ordinal);
        var standard = Format(reader, "timeFormat", reader.Text("timeFormat") ?? "iso8601", zone);
        var parts = PartsOf("query", query).Concat(PartsOf("headers", headers))
            .Concat(PartsOf("values", script?.Values ?? []))
            .Concat(url.Parts.Select(part => ("path", part)))
            .Concat(link?.Parts.Select(part => ("url", part)) ?? [])
            .Concat(PartsOf(body, reader).Select(part => ("body", part)));
        foreach (var (key, part) in parts)
        {
            if (part.Name is { } instant && RunPlaceholders.IsInstant(instant) && part.Format is { } format)
            {
                if (!formats.ContainsKey(format) && (instant == RunPlaceholders.Now || !RelativeTime.IsKnown(format)))
                {
                    formats[format] = Format(reader, key, format, zone, $"uses '{part.Text}', but ");
                }
            }
            else if (part is { Name: { } timeless, Format: not null }
                && !RunPlaceholders.IsInstant(timeless)
                && part is not { Name: RunPlaceholders.Cursor, Format: "json" })
            {
                reader.Problems.Add(
                    reader.At(key),
                    $"uses '{part.Text}'; a format may follow only {{from}}, {{to}} and {{now}}, and {{cursor:json}} in a body.");
            }
            else if (part.Name is { } name && secrets is not null && IsOutOfPlace(name, ofItem) && !(ofItem && hasPages))
            {
                reader.Problems.Add(
                    reader.At(key),
                    $"uses '{part.Text}', which {(ofItem ? "is of the list and has no value for an item" : "has a value only in 'expand.request'")}.");
            }
            else if (part.Name is { } other && secrets is not null && (!RunPlaceholders.IsKnown(other) || other == RunPlaceholders.LoginStatement) && !secrets.Contains(other))
            {
                reader.Problems.Add(
                    reader.At(key),
                    $"uses the unknown placeholder '{part.Text}'; allowed: {string.Join(", ", RunPlaceholders.All)} and the row's secrets.");
            }
        }

        foreach (var (name, _) in headers)
        {
            HeaderName.Check(name, reader.At("headers"), reader.Problems);
        }

        reader.Finish();
        return new RequestDefinition
        {
            Method = new HttpMethod(method),
            Url = url,
            Link = link,
            Query = query,
            Headers = headers,
            Body = body,
            BodyIsForm = form,
            BodyIsText = bodyFormat == "text",
            Script = script,
            TimeFormat = standard,
            TimeFormats = formats,
        };
    }

    private static bool IsOutOfPlace(string name, bool ofItem) => ofItem
        ? name == RunPlaceholders.PageSize || RunPlaceholders.IsOfPaging(name)
        : RunPlaceholders.ItemPathOf(name) is not null;

    private static TextTemplate Below(string baseUrl, TextTemplate path)
    {
        var text = path.ToString();
        return TextTemplate.Parse(baseUrl.TrimEnd('/') + (text.StartsWith('/') ? text : "/" + text));
    }

    private static TimeFormat Format(SettingReader reader, string key, string text, string? zone, string where = "")
    {
        if (TimeFormat.TryParse(text, zone, out var format, out var error))
        {
            return format;
        }

        var isZone = zone is not null && TimeFormat.TryParse(text, null, out _, out _);
        reader.Problems.Add(reader.At(isZone ? "timeZone" : key), where + error);
        return TimeFormat.Iso8601;
    }

    // A map of names, or one text as it stands in a flat column: a query string, or header lines.
    private static List<KeyValuePair<string, TextTemplate>> Pairs(SettingReader reader, string key, char end, char between)
    {
        var pairs = new List<KeyValuePair<string, TextTemplate>>();
        if (reader.Node(key) is SettingText flat)
        {
            foreach (var entry in flat.Value.Split(end, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var at = entry.IndexOf(between, StringComparison.Ordinal);
                if (at <= 0)
                {
                    reader.Problems.Add(reader.At(key), $"has an entry without '{between}'.");
                }
                else if (SettingReader.Template(flat with { Value = entry[(at + 1)..].Trim() }, reader.At(key), reader.Problems) is { } value)
                {
                    pairs.Add(new(entry[..at].Trim(), value));
                }
            }

            return pairs;
        }

        if (reader.Map(key) is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                foreach (var item in map.List(name))
                {
                    if (item is SettingText text)
                    {
                        if (SettingReader.Template(text, map.At(name), reader.Problems) is { } value)
                        {
                            pairs.Add(new(name, value));
                        }
                    }
                    else
                    {
                        reader.Problems.Add(map.At(name), "must be a text or a list of texts.");
                    }
                }
            }
        }

        return pairs;
    }

    private static SettingNode? Body(SettingReader reader)
    {
        var node = reader.Node("body");
        return node is SettingText flat ? SettingYaml.Read(flat.Value, reader.At("body"), reader.Problems) : node;
    }

    private static IEnumerable<(string Key, TextTemplate.Part Part)> PartsOf(string key, IReadOnlyList<KeyValuePair<string, TextTemplate>> pairs) =>
        pairs.SelectMany(pair => pair.Value.Parts).Select(part => (key, part));

    private static IEnumerable<TextTemplate.Part> PartsOf(SettingNode? node, SettingReader reader) => node switch
    {
        SettingText text => SettingReader.Template(text, reader.At("body"), reader.Problems)?.Parts ?? [],
        SettingList list => list.Items.SelectMany(item => PartsOf(item, reader)),
        SettingMap map => map.Entries.SelectMany(entry => PartsOf(entry.Value, reader)),
        _ => [],
    };
}
