using System.Text;
using AuditFunctions.Events;
using Jint.Native;

namespace AuditFunctions.Sources.Scripts;

/// <summary>Names of members, each made once: the events of a page have the same ones.</summary>
internal sealed class ScriptNames
{
    private const int Most = 2_000;
    private const int Longest = 64;

    private readonly Dictionary<string, JsString> _names = new(StringComparer.Ordinal);

    /// <summary>A name, of its escaped bytes.</summary>
    public JsString Of(ReadOnlySpan<byte> escaped)
    {
        if (escaped.Length > Longest || escaped.Contains((byte)'\\'))
        {
            return new JsString(JsonText.Unescape(escaped));
        }

        Span<char> name = stackalloc char[Longest];
        name = name[..Encoding.UTF8.GetChars(escaped, name)];
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
        {
            return known;
        }

        var made = new JsString(name.ToString());
        if (_names.Count < Most)
        {
            _names[made.ToString()] = made;
        }

        return made;
    }
}
