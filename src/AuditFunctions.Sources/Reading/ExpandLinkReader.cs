using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Answers.Lines;
using AuditFunctions.Sources.Answers.Single;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>expand.link</c>: the answer for an item is a link to its events, a text or a value in a JSON object.</summary>
internal sealed class ExpandLinkReader
{
    private readonly IAnswerShape _shape;
    private readonly JsonPath _path;
    private readonly ErrorRules _errors;
    private readonly PageFields _fields = new() { IsShaped = true };
    private readonly RequestDefinition _request;

    private ExpandLinkReader(SettingReader link, SettingReader expand, SettingMap definition, string baseUrl)
    {
        var isText = link.Choice("format", "json", "text") == "text";
        _shape = isText ? new LinesShape() : new SingleShape(JsonPath.Root);
        _path = isText ? JsonPath.Parse(LinesShape.Member) : link.Path("path", link.Required("path")) ?? JsonPath.Root;
        if (isText && link.Has("path"))
        {
            link.Problems.Add(link.At("path"), "stands beside 'format: text', where the whole answer is the link.");
            link.Text("path");
        }

        link.Finish();
        if (expand.Has("paging"))
        {
            expand.Problems.Add(expand.At("paging"), "cannot stand beside 'expand.link': a link leads to one answer.");
        }

        // What the rules say of answers holds here too. What is wrong with them is said elsewhere.
        _errors = ErrorsReader.Read(new SettingReader(definition, "", new Problems()), _fields);
        var behind = new SettingMap(0, [new("url", new SettingText(0, $"{{{RunPlaceholders.OfItem(ItemLinks.Path)}}}", Plain: false))]);
        _request = RequestReader.Read(new SettingReader(behind, "expand.link", link.Problems), baseUrl, secrets: null, ofItem: true) with { Hosts = expand.Texts("hosts") };
    }

    /// <summary>Reads the map; null when there is none.</summary>
    /// <param name="expand">The map <c>expand</c>.</param>
    /// <param name="definition">The whole definition.</param>
    /// <param name="baseUrl">Where the vendor is, a text with placeholders.</param>
    public static ExpandLinkReader? Read(SettingReader expand, SettingMap definition, string baseUrl) =>
        expand.Map("link") is { } link ? new ExpandLinkReader(link, expand, definition, baseUrl) : null;

    /// <summary>The definition.</summary>
    public ExpandedLink Build(Problems problems)
    {
        var answer = new EventsDefinition(PageFormat.Json, JsonPath.Parse(ShapedPage.Events), "$", IsOptional: true, _shape, AnswerCompression.None);
        return new ExpandedLink(
            new ReadingDefinition
            {
                Plan = answer.PlanOf([_path], _fields.Paths, "expand.link", problems),
                EventsAreOptional = true,
                Shape = _shape,
                IdParts = 0,
                TimeField = -1,
                TimeFormat = TimeFormat.Iso8601,
                Errors = _errors,
            },
            _request);
    }
}
