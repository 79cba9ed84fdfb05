using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Requests;

/// <summary>A request with placeholders. An entry whose placeholder has no value is left out of the request.</summary>
public sealed record RequestDefinition
{
    /// <summary>GET or POST.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>Absolute URL without query.</summary>
    public required TextTemplate Url { get; init; }

    /// <summary>Method and path for messages, with placeholders as they are: what is filled in may be a secret.</summary>
    public string Shown => Link is { } link ? $"{Method} {link}" : $"{Method} {(Url.ToString()[Origin.Length..] is { Length: > 0 } path ? path : "/")}";

    /// <summary>Scheme, host and port, with placeholders as they are.</summary>
    public string Origin => HttpsUrl.OriginOf(Url.ToString());

    /// <summary>Whether the address begins with one that a step captured, which was checked then.</summary>
    public bool IsAtCapturedAddress => Url.Parts is [{ Name: { } first }, ..] && RunPlaceholders.CaptureOf(first) is not null;

    /// <summary>The item's own link, which takes the place of the path; null where the template says the path.</summary>
    public TextTemplate? Link { get; init; }

    /// <summary>Hosts beside that of <see cref="Url"/> to which a link may lead; <c>*.</c> stands for whatever is in front.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Hosts beside that of <see cref="Url"/> to which the vendor's link to the next page may lead, with the credentials.</summary>
    public IReadOnlyList<string> NextHosts { get; init; } = [];

    /// <summary>Query parameters in order; a name may stand several times.</summary>
    public required IReadOnlyList<KeyValuePair<string, TextTemplate>> Query { get; init; }

    /// <summary>Headers in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, TextTemplate>> Headers { get; init; }

    /// <summary>Body as a tree, or null.</summary>
    public SettingNode? Body { get; init; }

    /// <summary>Whether the body is sent as a form instead of as JSON.</summary>
    public bool BodyIsForm { get; init; }

    /// <summary>Whether the body is a text that is sent as it is.</summary>
    public bool BodyIsText { get; init; }

    /// <summary>Says more of the request than placeholders can; null for most.</summary>
    internal RequestScript? Script { get; init; }

    /// <summary>Whether a script says something of it, which may stand for any placeholder.</summary>
    public bool IsScripted => Script is not null;

    /// <summary>How instants are written where a placeholder names no format.</summary>
    public required TimeFormat TimeFormat { get; init; }

    /// <summary>The other formats that placeholders name.</summary>
    public required IReadOnlyDictionary<string, TimeFormat> TimeFormats { get; init; }

    /// <summary>Whether it asks for a range of the list (Heroku), so that 206 is a whole page.</summary>
    public bool AsksForRange => Headers.Any(header => string.Equals(header.Key, "Range", StringComparison.OrdinalIgnoreCase));

    /// <summary>The names of the placeholders that stand anywhere in it, formats left out.</summary>
    public IEnumerable<string> Placeholders() =>
        Url.Parts.Concat(Link?.Parts ?? []).Concat(Query.Concat(Headers).Concat(Script?.Values ?? []).SelectMany(pair => pair.Value.Parts)).Concat(PartsOf(Body)).Select(part => part.Name).OfType<string>();

    private static IEnumerable<TextTemplate.Part> PartsOf(SettingNode? node) => node switch
    {
        SettingText text => TextTemplate.Parse(text.Value).Parts,
        SettingList list => list.Items.SelectMany(PartsOf),
        SettingMap map => map.Entries.SelectMany(entry => PartsOf(entry.Value)),
        _ => [],
    };
}
