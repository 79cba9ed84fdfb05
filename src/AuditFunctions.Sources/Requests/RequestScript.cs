using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Scripts;
using Jint.Native;

namespace AuditFunctions.Sources.Requests;

/// <summary>
/// A function of JavaScript says what goes into a request, where placeholders cannot: query, headers, body. What it gives back takes the place of what the
/// template says under the same name.
/// </summary>
internal sealed class RequestScript
{
    private const string Function = "request";

    private readonly ScriptProgram _program;
    private readonly string _key;

    private RequestScript(ScriptProgram program, IReadOnlyList<KeyValuePair<string, TextTemplate>> values, string key)
    {
        _program = program;
        _key = key;
        Values = values;
    }

    /// <summary>Texts and secrets for the script, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, TextTemplate>> Values { get; }

    /// <summary>Reads <c>code</c> and <c>values</c>; null where the request has no script.</summary>
    public static RequestScript? Read(SettingReader reader) => reader.Choice("kind", "plain", "script") == "script"
        ? new RequestScript(ScriptCode.Read(reader, Function, "context"), ScriptValues.Read(reader), reader.Where)
        : null;

    /// <summary>Calls the function and takes what it gives back.</summary>
    /// <exception cref="ScriptFault">The script fails.</exception>
    public void Apply(RequestDraft draft, RequestDefinition request, RequestValues values)
    {
        try
        {
            using var engine = new ScriptEngine(_program, values.Clock, ScriptHelpers.Give);
            var result = engine.Call(Function, Context(engine, request, values));
            if (result is not (JsObject or JsNull or JsUndefined))
            {
                throw new ScriptFailure($"{Function}: gave back what is no object with 'query', 'headers' and 'body'");
            }

            Take(engine, result as JsObject, draft, request, values);
        }
        catch (ScriptFailure failure)
        {
            throw new ScriptFault(_key, failure);
        }
    }

    private JsObject Context(ScriptEngine engine, RequestDefinition request, RequestValues values)
    {
        var context = engine.NewObject();
        context.FastSetDataProperty("from", new JsNumber(values.From.ToUnixTimeMilliseconds()));
        context.FastSetDataProperty("to", new JsNumber(values.To.ToUnixTimeMilliseconds()));
        context.FastSetDataProperty("now", new JsNumber(values.Now.ToUnixTimeMilliseconds()));
        context.FastSetDataProperty("cursor", values.Cursor is { } cursor ? new JsString(cursor) : JsValue.Null);
        context.FastSetDataProperty("position", values.Position is { } position ? new JsNumber(position) : JsValue.Null);
        context.FastSetDataProperty("pageSize", new JsNumber(values.PageSize));
        context.FastSetDataProperty("values", ScriptValues.Of(engine, Values, values, template => template.Render(part => values.TextOf(part, request))));
        return context;
    }

    private static void Take(ScriptEngine engine, JsObject? result, RequestDraft draft, RequestDefinition request, RequestValues values)
    {
        ScriptValues.TakeHeaders(Function, result, draft, values.Credentials);
        foreach (var (name, value) in ScriptValues.Members(Function, result, "query"))
        {
            draft.Query.RemoveAll(parameter => parameter.Key == name);
            var texts = value is JsArray list ? [.. list] : value is JsNull ? Array.Empty<JsValue>() : [value];
            draft.Query.AddRange(texts.Select(text => new KeyValuePair<string, string>(name, ScriptValues.TextOf(Function, text, "a query parameter"))));
        }

        switch (ScriptValues.Member(result, "body"))
        {
            case JsUndefined or JsNull:
                break;
            case var _ when draft.Method == HttpMethod.Get:
                throw new ScriptFailure($"{Function}: gave back a 'body' for a GET request");
            case var body when request.BodyIsText:
                (draft.Body, draft.ContentType) = (Encoding.UTF8.GetBytes(ScriptValues.TextOf(Function, body, "the body")), "text/plain");
                break;
            case JsObject when request.BodyIsForm:
                var fields = ScriptValues.Members(Function, result, "body")
                    .Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(ScriptValues.TextOf(Function, field.Value, "the body"))}");
                (draft.Body, draft.ContentType) = (Encoding.UTF8.GetBytes(string.Join('&', fields)), "application/x-www-form-urlencoded");
                break;
            case var body when body is JsObject or JsArray && !request.BodyIsForm:
                using (var json = new PooledBytes())
                {
                    new ScriptWriter(json, engine.Read("null"u8), Function).Write(body);
                    (draft.Body, draft.ContentType) = (json.WrittenSpan.ToArray(), "application/json");
                }

                break;
            default:
                throw new ScriptFailure($"{Function}: gave back a 'body' that is no {(request.BodyIsForm ? "object" : "object or list")}");
        }
    }
}
