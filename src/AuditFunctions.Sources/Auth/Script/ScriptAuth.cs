using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;
using Jint.Native;
using Jint.Runtime;

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
            using var engine = new ScriptEngine(program, ScriptHelpers.Give);
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
            throw new RequestException($"the script of 'auth' failed: {failure.Message}; correct 'auth.code'");
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
        var given = engine.NewObject();
        foreach (var (name, template) in values)
        {
            var text = AuthValue.Render(template, context.Values) ?? "";
            given.FastSetDataProperty(name, template.Parts.Any(part => part.Name is { } secret && context.Values.SecretOf(secret) is not null) ? engine.Secret(text) : new JsString(text));
        }

        argument.FastSetDataProperty("values", given);
        return argument;

        // A template may have written a secret into the request.
        JsValue Shown(string text) => context.Values.Secrets.Values.Any(secret => Holds(text, secret.Reveal())) ? engine.Secret(text) : new JsString(text);
    }

    private static bool Holds(string text, string secret) =>
        secret.Length > 0 && (text.Contains(secret, StringComparison.Ordinal) || text.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal));

    private static void Take(JsObject? result, RequestDraft draft, AuthContext context)
    {
        foreach (var (name, value) in Members(result, "headers"))
        {
            var problems = new Problems();
            HeaderName.Check(name, "headers", problems);
            if (name.Length == 0 || !problems.None)
            {
                throw new ScriptFailure($"{Function}: gave back a header whose name is not allowed");
            }

            var text = value is ScriptSecret secret ? Encoding.UTF8.GetString(secret.Value) : TextOf(value, "a header");
            if (value is ScriptSecret)
            {
                context.Credentials.Add(new SecretText(text));
            }

            draft.Headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            draft.Headers.Add(new(name, text));
        }

        foreach (var (name, value) in Members(result, "query"))
        {
            draft.Query.Add(new(name, TextOf(value, "a query parameter")));
        }
    }

    private static string TextOf(JsValue value, string what) => value switch
    {
        JsString or JsNumber => value.ToString(),
        ScriptSecret => throw new ScriptFailure($"{Function}: put a secret into {what}, which is logged; only a header may hold one"),
        ScriptBytes => throw new ScriptFailure($"{Function}: put bytes into {what}; write them as .hex, .base64 or .base64url"),
        _ => throw new ScriptFailure($"{Function}: put into {what} what is no text"),
    };

    private static IEnumerable<(string Name, JsValue Value)> Members(JsObject? result, string name)
    {
        var map = result?.GetOwnProperty(name) is { Get: null, Set: null } own && own != Jint.Runtime.Descriptors.PropertyDescriptor.Undefined ? own.Value : JsValue.Undefined;
        if (map is JsUndefined or JsNull)
        {
            yield break;
        }

        if (map is not JsObject members)
        {
            throw new ScriptFailure($"{Function}: gave back '{name}' that is no object");
        }

        foreach (var key in members.GetOwnPropertyKeys(Types.String))
        {
            if (members.GetOwnProperty(key) is { Enumerable: true, Get: null, Set: null } member && member.Value is not JsUndefined)
            {
                yield return (key.ToString(), member.Value);
            }
        }
    }

    private static ScriptAuth Read(SettingReader reader)
    {
        var values = new List<KeyValuePair<string, TextTemplate>>();
        if (reader.Map("values") is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                if (map.Template(name) is { } value)
                {
                    values.Add(new(name, value));
                }
            }
        }

        return new ScriptAuth(ScriptCode.Read(reader, Function, "request"), values);
    }
}
