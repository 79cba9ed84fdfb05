using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;
using Jint.Native;

namespace AuditFunctions.Sources.Auth.Script;

/// <summary>A function of JavaScript signs each request. It hands secrets to helpers and puts them into headers, and cannot read them.</summary>
/// <param name="program">The script.</param>
/// <param name="values">Texts and secrets for the script, by name.</param>
internal sealed class ScriptAuth(ScriptProgram program, IReadOnlyList<KeyValuePair<string, TextTemplate>> values) : IAuthScheme
{
    private const string Function = "sign";

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "script",
        "`script` | `code`, `values` (a map of texts and secrets) | The headers and query parameters that the function `sign(request)` returns. See [scripts](#scripts).",
        (reader, _) => Read(reader));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var engine = new ScriptEngine(program, context.Values.Clock, ScriptHelpers.Give);
            var result = engine.Call(Function, Argument(engine, draft, context));
            if (result is not (JsObject or JsNull or JsUndefined))
            {
                throw new ScriptFailure($"{Function}: gave back what is no object with 'headers' and 'query'");
            }

            Take(result as JsObject, draft, context);
            return new((AuthRefusal?)null);
        }
        catch (ScriptFailure failure)
        {
            throw new ScriptFault("auth", failure);
        }
    }

    private JsObject Argument(ScriptEngine engine, RequestDraft draft, AuthContext context)
    {
        var url = draft.FullUrl();
        var argument = engine.NewObject();
        argument.FastSetDataProperty("method", new JsString(draft.Method.Method));
        argument.FastSetDataProperty("url", Shown(url.AbsoluteUri));
        argument.FastSetDataProperty("host", new JsString(url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}"));
        argument.FastSetDataProperty("path", Shown(url.AbsolutePath));
        argument.FastSetDataProperty("query", Shown(url.Query.TrimStart('?')));
        var headers = engine.NewObject();
        foreach (var (name, value) in draft.Headers)
        {
            headers.FastSetDataProperty(name.ToLowerInvariant(), Shown(value));
        }

        argument.FastSetDataProperty("headers", headers);
        argument.FastSetDataProperty("body", Shown(draft.Body is { } body ? Encoding.UTF8.GetString(body) : ""));
        argument.FastSetDataProperty("contentType", new JsString(draft.Body is null ? "" : draft.ContentType));
        argument.FastSetDataProperty("now", new JsNumber(context.Values.Now.ToUnixTimeMilliseconds()));
        argument.FastSetDataProperty("nonce", new JsString(context.NewId()));
        argument.FastSetDataProperty("values", ScriptValues.Of(engine, values, context.Values, template => AuthValue.Render(template, context.Values) ?? ""));
        return argument;

        // A template may have written a secret into the request.
        JsValue Shown(string text) => ScriptValues.Shown(engine, text, context.Values);
    }

    private static void Take(JsObject? result, RequestDraft draft, AuthContext context)
    {
        ScriptValues.TakeHeaders(Function, result, draft, context.Credentials);
        foreach (var (name, value) in ScriptValues.Members(Function, result, "query"))
        {
            draft.Query.Add(new(name, ScriptValues.TextOf(Function, value, "a query parameter")));
        }
    }

    private static ScriptAuth Read(SettingReader reader)
    {
        var values = ScriptValues.Read(reader);
        return new ScriptAuth(ScriptCode.Read(reader, Function, "request"), values);
    }
}
