using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditFunctions.Operations.Contracts;

namespace AuditFunctions.Operations.Drafting;

/// <summary>What a template is made of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">What was asked for, with placeholders in its query.</param>
/// <param name="Auth"><c>bearer</c>, <c>none</c>, or the name of a header that holds a key.</param>
/// <param name="Sample">The answer.</param>
public sealed record TemplateDraft(string Name, Uri Url, string Auth, SampleAnswer Sample)
{
    private const string CursorName = "cursor";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the events are.</summary>
    public required SamplePath Events { get; init; }

    /// <summary>Where an event's id is; null for none.</summary>
    public required SamplePath? Id { get; init; }

    /// <summary>Where its time is.</summary>
    public required SampleTime Time { get; init; }

    /// <summary>What names the next page; null where nothing does.</summary>
    public required SampleNext? Next { get; init; }

    /// <summary>Query parameters with their placeholders.</summary>
    public IReadOnlyList<(string Name, string Value)> Query
    {
        get
        {
            List<(string Name, string Value)> query = [.. ContractAnswers.Pairs(Url.Query.TrimStart('?'))];
            return Next is { IsUrl: false } && !query.Exists(pair => pair.Value.Contains("{cursor", StringComparison.Ordinal)) ? [.. query, (CursorName, "{cursor}")] : query;
        }
    }

    /// <summary>What a person should look at, since a sample does not show it.</summary>
    public IEnumerable<string> Notes()
    {
        var query = string.Join('&', Query.Select(pair => pair.Value));
        if (!query.Contains("{from", StringComparison.Ordinal))
        {
            yield return "No parameter holds {from}, so that every poll asks for everything: write the one by which the vendor takes a start, such as since: \"{from}\".";
        }

        if (Next is { IsUrl: false } && !Uri.UnescapeDataString(Url.Query).Contains("{cursor", StringComparison.Ordinal))
        {
            yield return $"The parameter '{CursorName}' for the next page is a guess: look up its name.";
        }

        if (Next is null)
        {
            yield return "Nothing in the sample names a next page, so that each poll reads one page: look up how this vendor pages.";
        }

        if (Id is null)
        {
            yield return "No member is an id of every event: the content of an event is its id.";
        }
    }

    /// <summary>The template's text.</summary>
    public string Template()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"name: {Name}\nvendor: \"\"\ntitle: \"\"\ndocs: \"\"\nunverified:\n  - everything; it was made from a sample\n");
        if (Auth != "none")
        {
            text.Append("\nparameters:\n  token:\n    description: API token that may read the audit log.\n    secret: true\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nbaseUrl: {Url.GetLeftPart(UriPartial.Authority)}\n");
        text.Append(Auth switch
        {
            "none" => "",
            "bearer" => "\nauth:\n  scheme: bearer\n  token: \"{token}\"\n",
            _ => $"\nauth:\n  scheme: header\n  name: {Quoted(Auth)}\n  value: \"{{token}}\"\n",
        });
        text.Append(CultureInfo.InvariantCulture, $"\nrequest:\n  path: {Quoted(Uri.UnescapeDataString(Url.AbsolutePath))}\n");
        if (Query.Count > 0)
        {
            text.Append("  query:\n").Append(string.Concat(Query.Select(pair => $"    {Quoted(pair.Name)}: {Quoted(pair.Value)}\n")));
        }

        if (Next is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\npaging:\n  kind: {(Next.IsUrl ? "next-url" : "cursor")}\n  path: {Quoted(Next.Path.ToString())}\n");
        }

        text.Append(Events.Names.Length == 0 ? "\n" : $"\nevents:\n  path: {Quoted(Events.ToString())}\n");
        text.Append(Id is null ? "" : $"id: {Quoted(Id.ToString())}\n");
        text.Append(Time.Format == "iso8601" ? $"time: {Quoted(Time.Path.ToString())}\n" : $"time:\n  path: {Quoted(Time.Path.ToString())}\n  format: {Time.Format}\n");
        return text.Append("\ntiming:\n  interval: 5m\n  lag: 1m\n  overlap: 10m\n  lookback: 1d\n").ToString();
    }

    /// <summary>A contract that the template keeps: the sample, an empty page, and a throttle.</summary>
    public Contract Contract()
    {
        var events = Sample.EventsAt(Events);
        var times = events.Select(one => SampleAnswer.TimeOf(one, Time)).ToArray();
        var (from, to) = (Seconds(times.Min()), Seconds(times.Max()).AddHours(1));
        var ids = Id is { } id ? events.Select(one => id.In(one)!.Value.ToString()).ToArray() : null;
        var ask = $"GET {Url.AbsolutePath}";
        var last = Empty();
        var second = Next is { IsUrl: true } next ? $"GET {new Uri(Url, next.Text).AbsolutePath}" : ask;
        ContractExchange[] pages = Next is null ? [Exchange(ask, 200, First())] : [Exchange(ask, 200, First()), Exchange(second, 200, last)];
        return new Contract(Name, new Dictionary<string, string>(), Auth == "none" ? new Dictionary<string, string>() : new Dictionary<string, string> { ["token"] = "t1" }, null,
        [
            new("the sample", from, to, false, pages, ids, events.Count, ContractPoll.Drained),
            new("nothing new", from, to, false, [Exchange(ask, 200, last)], ids is null ? null : [], 0, ContractPoll.Drained),
            new("too many requests", from, to, false, [Exchange(ask, 429, "")], ids is null ? null : [], 0, "Throttled 429, 30 s"),
        ]);
    }

    private static DateTimeOffset Seconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private static ContractExchange Exchange(string ask, int status, string answer) => new(
        ask, null, new Dictionary<string, string>(), null, null, status, status == 429 ? new Dictionary<string, string> { ["Retry-After"] = "30" } : new Dictionary<string, string>(), answer);

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    // A link to the vendor's host is one to the replay's.
    private string First() => Next is { IsUrl: true } next && !next.Text.StartsWith('/')
        ? next.Path.Put(JsonNode.Parse(Sample.Root.GetRawText()), JsonValue.Create("{server}" + new Uri(next.Text).PathAndQuery))!.ToJsonString(Plain)
        : Sample.Root.GetRawText();

    private string Empty()
    {
        var root = Events.Put(JsonNode.Parse(Sample.Root.GetRawText()), new JsonArray());
        return (Next is null ? root : Next.Path.Put(root, null))!.ToJsonString(Plain);
    }
}
