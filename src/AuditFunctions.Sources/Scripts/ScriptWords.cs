using System.Collections.Frozen;
using Jint.Native;
using Jint.Runtime;

namespace AuditFunctions.Sources.Scripts;

/// <summary>
/// Says what an error of a script says, unless it may hold something of an event: a message goes to logs. Its words must be those of the script's own text,
/// or of the language.
/// </summary>
internal sealed class ScriptWords(string script)
{
    private static readonly FrozenSet<string> Language = Of(
        """
        Cannot read set delete add redefine property properties method of on undefined null is not a an function iterable object Object constructor class without new
        assign to Assignment constant variable read only extensible configurable defined before initialization access Invalid invalid array Array string String length
        value date Date time regular expression RegExp flags argument arguments must be number Number callable has no reduce empty with initial index range
        count repeat longer than characters Maximum call stack size exceeded JSON BigInt Symbol convert cannot in use operator and Property reading setting called supported Error from private field member has got expected type
        """);

    private readonly FrozenSet<string> _own = Of(script);

    /// <summary>The error's kind, and what it says.</summary>
    public string Of(JavaScriptException exception)
    {
        if (exception.Error is not JsError error)
        {
            return "threw what is no Error";
        }

        var kind = error.TryGetValue("name", out var name) && name is JsString && name.ToString() is { Length: < 40 } text && Knows(text) ? text : "Error";
        return exception.Message is { Length: > 0 and < 300 } message && Knows(message) ? $"{kind}: {message}" : kind;
    }

    private bool Knows(string text) => Split(text).All(word => _own.Contains(word) || Language.Contains(word) || IsKind(word));

    private static bool IsKind(string word) => word is "Error" or "TypeError" or "RangeError" or "ReferenceError" or "SyntaxError" or "URIError" or "EvalError";

    private static FrozenSet<string> Of(string text) => Split(text).ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<string> Split(string text)
    {
        for (int at = 0, start = 0; at <= text.Length; at++)
        {
            if (at == text.Length || !(char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
            {
                if (at > start)
                {
                    yield return text[start..at];
                }

                start = at + 1;
            }
        }
    }
}
