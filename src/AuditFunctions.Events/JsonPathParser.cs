using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Events;

/// <summary>Reads the text of a <see cref="JsonPath"/>, one character after the other.</summary>
internal sealed class JsonPathParser
{
    private const string Allowed =
        "Allowed are names of letters, digits, '_' and '-' joined by '.', ['any name'], [0], [-1] and [member=text].";

    private readonly string _text;
    private readonly bool _patterns;
    private readonly List<PathStep> _steps = [];
    private int _at;
    private string? _error;

    private JsonPathParser(string text, bool patterns) => (_text, _patterns) = (text, patterns);

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">What it says.</param>
    /// <param name="error">What is wrong, and what is allowed.</param>
    /// <param name="patterns">Whether <c>*</c> in a name without quotes stands for any characters.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error, bool patterns = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new JsonPathParser(text, patterns);
        parser.ReadSteps();
        error = parser._error;
        path = error is null ? new JsonPath([.. parser._steps]) : null;
        return path is not null;
    }

    /// <summary>Whether a name can stand in a path without quotes.</summary>
    public static bool IsPlain(string name) => name.Length > 0 && name.All(IsPlain);

    public static string Quote(string name) =>
        '\'' + name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal) + '\'';

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';

    private void ReadSteps()
    {
        bool afterDot = _text.StartsWith("$.", StringComparison.Ordinal);
        _at = afterDot ? 2 : _text.StartsWith('$') ? 1 : 0;
        if (_at == 0 && _text.Length > 0 && _text[0] != '[')
        {
            afterDot = true;
        }

        while (_error is null && (_at < _text.Length || afterDot))
        {
            if (afterDot)
            {
                ReadName();
                afterDot = false;
            }
            else if (Take('['))
            {
                ReadBracket();
            }
            else if (Take('.'))
            {
                afterDot = true;
            }
            else
            {
                Fail("'.' or '['");
            }
        }
    }

    private void ReadName()
    {
        // '@name' is an attribute, behind which nothing stands; '@odata.nextLink' is one name, which needs quotes.
        string name = Peek() == '@' && _text[(_at + 1)..] is var attribute && IsPlain(attribute) ? TakeAttribute() : TakePlain(_patterns);
        if (name.Length == 0)
        {
            Fail("a name");
            return;
        }

        _steps.Add(name.Contains('*', StringComparison.Ordinal) ? PathStep.OfPattern(name) : PathStep.OfName(name));
    }

    private string TakeAttribute()
    {
        string name = _text[_at..];
        _at = _text.Length;
        return name;
    }

    private void ReadBracket()
    {
        bool quoted = Peek() is '\'' or '"';
        string? first = quoted ? TakeQuoted() : TakePlain();
        if (first is null || (first.Length == 0 && !quoted))
        {
            Fail(quoted ? "a closing quote" : "a quoted name, a number or member=text");
            return;
        }

        PathStep? step;
        if (Take('='))
        {
            string? text = Peek() is '\'' or '"' ? TakeQuoted() : TakeUntilBracket();
            step = text is null ? null : PathStep.OfMatch(first, text);
        }
        else if (quoted)
        {
            step = PathStep.OfName(first);
        }
        else if (first == "-1")
        {
            step = PathStep.OfLast();
        }
        else
        {
            step = int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? PathStep.OfIndex(index) : null;
        }

        if (step is null)
        {
            Fail("a closing quote, an index from 0 or -1");
        }
        else if (!Take(']'))
        {
            Fail("']'");
        }
        else
        {
            _steps.Add(step);
        }
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private string TakePlain(bool patterns = false)
    {
        int start = _at;
        while (_at < _text.Length && (IsPlain(_text[_at]) || (patterns && _text[_at] == '*')))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private string TakeUntilBracket()
    {
        int start = _at;
        while (_at < _text.Length && _text[_at] != ']')
        {
            _at++;
        }

        return _text[start.._at];
    }

    /// <summary>Text in single or double quotes; a backslash takes the next character as it is.</summary>
    private string? TakeQuoted()
    {
        char quote = _text[_at++];
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            char c = _text[_at++];
            if (c == quote)
            {
                return text.ToString();
            }

            if (c == '\\' && _at < _text.Length)
            {
                c = _text[_at++];
            }

            text.Append(c);
        }

        return null;
    }

    private void Fail(string expected) =>
        _error = $"'{_text}' is no JSON path: expected {expected} at position {_at + 1}. {Allowed}";
}
