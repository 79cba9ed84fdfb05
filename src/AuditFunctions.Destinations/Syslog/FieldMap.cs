using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>
/// Which fields a message has and where their values stand: <c>suser=actor.email|actor.login, rt=@millis, cs1Label='source'</c>. Of alternatives the first that is text, a
/// number or a truth value counts; a field without one is left out. Immutable.
/// </summary>
internal sealed class FieldMap
{
    private static readonly string[] Words = ["@id", "@source", "@partition", "@template", "@vendor", "@fetched", "@fetchedMillis", "@time", "@millis", "@event"];
    private readonly List<(string Key, List<Place> Places)> _fields = [];

    /// <summary>Reads a map; what is wrong goes to the problems.</summary>
    public static FieldMap Parse(string column, string text, Problems problems)
    {
        var map = new FieldMap();
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts)
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? "" : part[..equals].Trim();
            if (key.Length == 0 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            {
                problems.Add(column, $"holds '{part}'; write name=path, such as usrName=actor.email|actor.login; names are letters, digits, '_', '.' and '-'.");
            }
            else if (map._fields.Exists(field => field.Key == key))
            {
                problems.Add(column, $"names '{key}' twice.");
            }
            else
            {
                map._fields.Add((key, Places(column, part[(equals + 1)..].Trim(), problems)));
            }
        }

        if (parts.Length == 0)
        {
            problems.Add(column, "names no field; write name=path, such as usrName=actor.email.");
        }

        return map;
    }

    /// <summary>The alternatives of one value, without a name.</summary>
    public static FieldMap OfOne(string column, string paths, Problems problems)
    {
        var map = new FieldMap();
        map._fields.Add(("", Places(column, paths.Trim(), problems)));
        return map;
    }

    /// <summary>The fields of an event, in order; null for one that it does not have.</summary>
    public IEnumerable<(string Key, string? Value)> Of(LinesBody body, int number)
    {
        foreach (var (key, places) in _fields)
        {
            yield return (key, places.Select(place => place.Of(body, number)).FirstOrDefault(value => value is not null));
        }
    }

    private static List<Place> Places(string column, string text, Problems problems)
    {
        var places = new List<Place>();
        foreach (var path in text.Split('|', StringSplitOptions.TrimEntries))
        {
            if (path.Length == 0 || (path[0] == '@' && !Words.Contains(path)))
            {
                problems.Add(column, $"holds '{path}' as a path; write the names of members with dots between them, a text in single quotes, or one of {string.Join(", ", Words)}.");
                continue;
            }

            places.Add(path is ['\'', .., '\''] ? new Place(null, path[1..^1]) : path[0] == '@' ? new Place(null, path) : new Place(new JsonPlace(path), ""));
        }

        return places;
    }

    private sealed record Place(JsonPlace? Path, string Word)
    {
        public string? Of(LinesBody body, int number) => Path is not null ? Scalar(Path, body.Bytes, body.Events[number].Event.Start.Value) : Word switch
        {
            "@id" => body.Id(number),
            "@source" => body.Source,
            "@partition" => body.Partition,
            "@template" => body.Template,
            "@vendor" => body.Vendor,
            "@fetched" => body.Fetched,
            "@fetchedMillis" => body.FetchedAt?.ToUnixTimeMilliseconds().ToString(),
            "@time" => body.Events[number].Time?.UtcDateTime.ToString("O"),
            "@millis" => body.Events[number].Time?.ToUnixTimeMilliseconds().ToString(),
            "@event" => Encoding.UTF8.GetString(body.Event(number)),
            _ => Word,
        };

        private static string? Scalar(JsonPlace path, ReadOnlySpan<byte> bytes, int start) =>
            path.Find(bytes, start) is not var (from, to) || bytes[from] is (byte)'{' or (byte)'[' or (byte)'n' ? null
            : bytes[from] == '"' ? JsonText.Unescape(bytes[(from + 1)..(to - 1)])
            : Encoding.UTF8.GetString(bytes[from..to]);
    }
}
