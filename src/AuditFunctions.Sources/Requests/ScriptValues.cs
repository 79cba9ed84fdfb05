using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Scripts;
using Jint.Native;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace AuditFunctions.Sources.Requests;

/// <summary>What the scripts that work on a request have in common: texts and secrets that go in, headers and query parameters that come out.</summary>
internal static class ScriptValues
{
    /// <summary>Reads <c>values</c>, a map of texts with placeholders.</summary>
    public static List<KeyValuePair<string, TextTemplate>> Read(SettingReader reader)
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

        return values;
    }

    /// <summary>The values as an object; one with a secret in it is a secret, one that has no value is null.</summary>
    public static JsObject Of(
        ScriptEngine engine, IReadOnlyList<KeyValuePair<string, TextTemplate>> values, RequestValues known, Func<TextTemplate, string?> render)
    {
        var given = engine.NewObject();
        foreach (var (name, template) in values)
        {
            var text = render(template);
            given.FastSetDataProperty(name, text is null ? JsValue.Null
                : template.Parts.Any(part => part.Name is { } secret && known.SecretOf(secret) is not null) ? engine.Secret(text)
                : Shown(engine, text, known));
        }

        return given;
    }

    /// <summary>A text for the script; a secret where it holds one.</summary>
    public static JsValue Shown(ScriptEngine engine, string text, RequestValues known) =>
        known.Secrets.Values.Concat(known.Credentials).Any(secret => Holds(text, secret.Reveal())) ? engine.Secret(text) : new JsString(text);

    /// <summary>Puts what came back as <c>headers</c> into a request. A secret that was made of others is known as one from then on.</summary>
    public static void TakeHeaders(string function, JsObject? result, RequestDraft draft, ICollection<SecretText> credentials)
    {
        foreach (var (name, value) in Members(function, result, "headers"))
        {
            var problems = new Problems();
            HeaderName.Check(name, "headers", problems);
            if (name.Length == 0 || !problems.None)
            {
                throw new ScriptFailure($"{function}: gave back a header whose name is not allowed");
            }

            var text = value is ScriptSecret secret ? Encoding.UTF8.GetString(secret.Value) : TextOf(function, value, "a header");
            if (value is ScriptSecret)
            {
                credentials.Add(new SecretText(text));
            }

            draft.Headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            draft.Headers.Add(new(name, text));
        }
    }

    /// <summary>The text of what came back.</summary>
    /// <exception cref="ScriptFailure">It is not one.</exception>
    public static string TextOf(string function, JsValue value, string what) => value switch
    {
        JsString or JsNumber => value.ToString(),
        ScriptSecret => throw new ScriptFailure($"{function}: put a secret into {what}, which is logged; only a header may hold one"),
        ScriptBytes => throw new ScriptFailure($"{function}: put bytes into {what}; write them as .hex, .base64 or .base64url"),
        _ => throw new ScriptFailure($"{function}: put into {what} what is no text"),
    };

    /// <summary>A member of what came back; undefined where it is not there.</summary>
    public static JsValue Member(JsObject? result, string name) =>
        result?.GetOwnProperty(name) is { Get: null, Set: null } own && own != PropertyDescriptor.Undefined ? own.Value : JsValue.Undefined;

    /// <summary>The members of a map that came back.</summary>
    public static IEnumerable<(string Name, JsValue Value)> Members(string function, JsObject? result, string name)
    {
        var map = Member(result, name);
        if (map is JsUndefined or JsNull)
        {
            yield break;
        }

        if (map is not JsObject members)
        {
            throw new ScriptFailure($"{function}: gave back '{name}' that is no object");
        }

        foreach (var key in members.GetOwnPropertyKeys(Types.String))
        {
            if (members.GetOwnProperty(key) is { Enumerable: true, Get: null, Set: null } member && member.Value is not JsUndefined)
            {
                yield return (key.ToString(), member.Value);
            }
        }
    }

    private static bool Holds(string text, string secret) =>
        secret.Length > 0 && (text.Contains(secret, StringComparison.Ordinal) || text.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal));
}
