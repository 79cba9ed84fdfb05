using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Events;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Drafting;

/// <summary>A time that stands in every event of a sample.</summary>
/// <param name="Path">Where.</param>
/// <param name="Format">How it is written.</param>
public sealed record SampleTime(SamplePath Path, string Format);

/// <summary>What may name the next page.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="IsUrl">Whether it is a URL or a path on the vendor's host.</param>
/// <param name="Text">What stands there.</param>
public sealed record SampleNext(SamplePath Path, bool IsUrl, string Text);

/// <summary>An answer of a vendor, and where in it what a template needs seems to stand: the likeliest first.</summary>
public sealed class SampleAnswer
{
    private const int MostDepth = 4;
    private const int MostBytes = 8 * 1024 * 1024;

    private static readonly string[] TimeNames = ["published", "created", "timestamp", "eventtime", "time", "occurred", "date", "at"];
    private static readonly string[] NextNames = ["next", "cursor", "continuation", "scroll", "token", "position"];

    private SampleAnswer(JsonElement root) => Root = root;

    /// <summary>The answer.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads it.</summary>
    /// <param name="file">The file that holds it.</param>
    /// <param name="folder">Where a relative name starts.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">It cannot be read, is no JSON, or too large.</exception>
    public static async Task<SampleAnswer> ReadAsync(string file, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var text = await BoundedText.ReadAsync(Path.GetFullPath(file, folder), MostBytes, cancellationToken)
                ?? throw new OperationException($"{file} has more than {MostBytes >> 20} MB; a page of some events is enough.");
            using var document = JsonDocument.Parse(text);
            return new SampleAnswer(document.RootElement.Clone());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"The file '{file}' cannot be read.");
        }
        catch (JsonException exception)
        {
            throw new OperationException(string.Create(CultureInfo.InvariantCulture, $"{file} line {exception.LineNumber + 1}: is not JSON. Save the body of one answer of the vendor's API, with two events or more."));
        }
    }

    /// <summary>Lists of objects, the longest first.</summary>
    public IReadOnlyList<SamplePath> Lists() => [.. ListsIn(Root, new SamplePath(), 0).OrderByDescending(path => EventsAt(path).Count)];

    /// <summary>The events at a path; none where no list stands.</summary>
    public IReadOnlyList<JsonElement> EventsAt(SamplePath path) => path.In(Root) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    /// <summary>Members that are in all events and differ in each.</summary>
    public IReadOnlyList<SamplePath> Ids(SamplePath events)
    {
        var all = EventsAt(events);
        return [.. Scalars(all)
            .Where(path => path.Names[^1].EndsWith("id", StringComparison.OrdinalIgnoreCase))
            .Where(path => all.Select(one => path.In(one)!.Value.ToString()).Distinct(StringComparer.Ordinal).Count() == all.Count)
            .OrderBy(path => path.Names.Length).ThenBy(path => path.Names[^1].Length)];
    }

    /// <summary>Members that are a time in all events.</summary>
    public IReadOnlyList<SampleTime> Times(SamplePath events)
    {
        var all = EventsAt(events);
        return [.. Scalars(all)
            .Select(path => (Path: path, Formats: all.Select(one => FormatOf(path.In(one)!.Value)).Distinct().ToArray()))
            .Where(found => found.Formats is [not null])
            .Select(found => new SampleTime(found.Path, found.Formats[0]!))
            .OrderBy(time => time.Path.Names.Length).ThenBy(time => Rank(time.Path.Names[^1], TimeNames))];
    }

    /// <summary>What may name the next page, outside of the events.</summary>
    /// <param name="events">Where the events are.</param>
    /// <param name="host">The vendor's host: a link elsewhere does not count.</param>
    public IReadOnlyList<SampleNext> Nexts(SamplePath events, string host) => [.. NextsIn(Root, new SamplePath(), events, host).OrderBy(next => Rank(next.Path.Names[^1], NextNames))];

    /// <summary>When an event happened.</summary>
    public static DateTimeOffset TimeOf(JsonElement one, SampleTime time)
    {
        var value = time.Path.In(one)!.Value;
        if (time.Format == "iso8601")
        {
            _ = TimeFormat.Iso8601.TryRead(Encoding.UTF8.GetBytes(value.AsText() ?? ""), out var at);
            return at;
        }

        var number = value.GetDouble();
        return DateTimeOffset.UnixEpoch.AddSeconds(time.Format == "unix-s" ? number : number / 1000);
    }

    private static int Rank(string name, string[] names)
    {
        var at = Array.FindIndex(names, known => name.Contains(known, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? names.Length : at;
    }

    private static string? FormatOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TimeFormat.Iso8601.TryRead(Encoding.UTF8.GetBytes(value.AsText() ?? ""), out _) ? "iso8601" : null,
        JsonValueKind.Number => value.GetDouble() switch { > 1e9 and < 4e9 => "unix-s", > 1e12 and < 4e12 => "unix-ms", _ => null },
        _ => null,
    };

    private static IEnumerable<SamplePath> ListsIn(JsonElement value, SamplePath path, int depth)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Any() && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object) ? [path] : [];
        }

        return value.ValueKind == JsonValueKind.Object && depth < MostDepth
            ? value.EnumerateObject().SelectMany(member => ListsIn(member.Value, path.Then(member.NameAsText()), depth + 1))
            : [];
    }

    // Members of all events that are a text or number, and those of objects in them.
    private static IEnumerable<SamplePath> Scalars(IReadOnlyList<JsonElement> events)
    {
        if (events.Count == 0 || events[0].ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var root = new SamplePath();
        return events[0].EnumerateObject()
            .SelectMany(member => member.Value.ValueKind == JsonValueKind.Object
                ? member.Value.EnumerateObject().Select(inner => root.Then(member.NameAsText()).Then(inner.NameAsText()))
                : [root.Then(member.NameAsText())])
            .Where(path => events.All(one => path.In(one) is { ValueKind: JsonValueKind.String or JsonValueKind.Number }));
    }

    private static IEnumerable<SampleNext> NextsIn(JsonElement value, SamplePath path, SamplePath events, string host)
    {
        if (value.ValueKind == JsonValueKind.Object && path.Names.Length < MostDepth)
        {
            return value.EnumerateObject().Where(member => !path.Then(member.NameAsText()).Names.SequenceEqual(events.Names))
                .SelectMany(member => NextsIn(member.Value, path.Then(member.NameAsText()), events, host));
        }

        if (path.Names.Length == 0 || Rank(string.Join('.', path.Names), NextNames) == NextNames.Length || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || value.ToString().Length == 0)
        {
            return [];
        }

        var text = value.ToString();
        var isUrl = text.StartsWith('/') || Uri.TryCreate(text, UriKind.Absolute, out _);
        return !isUrl || text.StartsWith('/') || new Uri(text).Authority == host ? [new SampleNext(path, isUrl, text)] : [];
    }
}
