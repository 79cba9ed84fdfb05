using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>Reads a text inside an event and puts what it says in its place.</summary>
internal sealed class ParseProcessor(FieldPath[] paths, ITextForm form) : IProcessor
{
    private readonly FieldPath[] _texts = [.. paths.Select(path => path.Only(FieldKinds.Texts))];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "parse",
        "`paths`, `as` (`json`, `key-value`, `query`, `csv` or `regex`); `separator` and `assign` for `key-value`, `columns` and `separator` for `csv`, `regex` with named groups for `regex`",
        "Reads a text and puts what it says in its place. What is no text stays; a text that is not of the form fails: for `key-value` one with a word without `=`, for `csv` a line with more or fewer values than columns.",
        Read);

    /// <inheritdoc/>
    public IReadOnlyList<FieldPath> Opens => _texts;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        foreach (ref readonly var field in call.Search.Find(json, _texts))
        {
            call.Output.Write(json[copied..field.ValueStart]);
            if (form.Write(JsonText.Unescape(json, field.Slice(json)), call.Output) is { } wrong)
            {
                return call.Fail(wrong);
            }

            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    private static ParseProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        if (!reader.Has("as"))
        {
            reader.Problems.Add(reader.At("as"), "is missing; allowed: json, key-value, query, csv, regex.");
        }

        ITextForm form = reader.Choice("as", "json", "key-value", "query", "csv", "regex") switch
        {
            "key-value" => new PairsForm(Sign(reader, "separator", ' '), Sign(reader, "assign", '=')),
            "query" => new QueryForm(),
            "csv" => new CsvForm(Columns(reader), Sign(reader, "separator", ',')),
            "regex" => Expression(reader),
            _ => new JsonForm(),
        };
        return new ParseProcessor(reader.Fields("paths"), form);
    }

    private static ITextForm Expression(SettingReader reader)
    {
        var expression = reader.Regex("regex", ignoreCase: false);
        if (expression is not null && RegexForm.NamesOf(expression).Length > 0)
        {
            return new RegexForm(expression);
        }

        if (expression is not null || !reader.Has("regex"))
        {
            reader.Problems.Add(reader.At("regex"), "needs named groups, such as (?<user>[a-z]+): each becomes a member.");
        }

        return new JsonForm();
    }

    private static char Sign(SettingReader reader, string key, char usual)
    {
        var text = reader.Text(key) ?? usual.ToString();
        if (text.Length != 1 || text[0] == '"')
        {
            reader.Problems.Add(reader.At(key), $"is '{text}'; allowed: one character, no quote.");
        }

        return text.Length == 1 ? text[0] : usual;
    }

    private static IReadOnlyList<string> Columns(SettingReader reader)
    {
        var columns = reader.Texts("columns");
        if (columns.Count == 0)
        {
            reader.Problems.Add(reader.At("columns"), "is missing: the names of the columns, in order.");
        }

        return columns;
    }
}
