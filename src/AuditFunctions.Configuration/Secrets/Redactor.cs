using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// Takes secrets out of text and bytes on their way to a log, a table or a terminal: as they are, percent-encoded (once and twice),
/// JSON-escaped and in base64, alone or with something around them as in a Basic header. Holds secrets, so it has no text form.
/// </summary>
public sealed class Redactor
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mark = "(secret)";

    // A shorter text stands in a cursor by chance, and a shorter form in any text.
    private const int ShortestInCursor = 8;
    private const int ShortestForm = 6;

    // A shorter one is no secret, and would blot out words.
    private const int ShortestMasked = 3;

    // A regular expression without backtracking takes some 800 characters at most, and long ones are slow to build. Private keys and access tokens are
    // longer: their forms are looked for as they are, whole and in pieces.
    private const int LongestInPattern = 200;
    private const int LongestPattern = 400;

    private readonly string[] _plain;
    private Regex[]? _patterns;
    private string[]? _base64;
    private string[]? _forms;
    private string[]? _longForms;

    /// <summary>Knows some secrets; those of less than 3 characters are left out.</summary>
    public Redactor(IEnumerable<SecretText> secrets)
    {
        _plain =
        [
            .. secrets.Select(secret => secret.Reveal()).Where(secret => secret.Length >= ShortestMasked)
                .Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length),
        ];
    }

    private string[] Base64Forms => _base64 ??= LongestFirst(_plain.SelectMany(Base64Of));

    private string[] LongForms => _longForms ??=
        LongestFirst(_plain.Where(secret => secret.Length > LongestInPattern).SelectMany(FormsOf).SelectMany(WholeAndPieces));

    private string[] Forms => _forms ??= LongestFirst(_plain.SelectMany(FormsOf).Concat(Base64Forms));

    /// <summary>The text without the secrets.</summary>
    public string Mask(string text)
    {
        if (_plain.Length == 0)
        {
            return text;
        }

        foreach (var form in LongForms)
        {
            text = text.Replace(form, Mark, StringComparison.Ordinal);
        }

        while (LongForms.Length > 0 && text.Contains(Mark + Mark, StringComparison.Ordinal))
        {
            text = text.Replace(Mark + Mark, Mark, StringComparison.Ordinal);
        }

        _patterns ??= [.. PatternsOf(_plain.Where(secret => secret.Length <= LongestInPattern))];
        foreach (var pattern in _patterns)
        {
            text = pattern.Replace(text, Mark);
        }

        foreach (var form in Base64Forms)
        {
            for (var at = text.IndexOf(form, StringComparison.Ordinal); at >= 0; at = text.IndexOf(form, at, StringComparison.Ordinal))
            {
                var (start, end) = Around(text, at, at + form.Length);
                text = string.Concat(text.AsSpan(0, start), Mark, text.AsSpan(end));
                at = start + Mark.Length;
            }
        }

        return text;
    }

    /// <summary>Puts asterisks over the secrets, so that everything else keeps its place.</summary>
    public void MaskInPlace(Span<byte> text)
    {
        foreach (var form in Forms)
        {
            var bytes = Encoding.UTF8.GetBytes(form);
            for (var rest = text; rest.IndexOf(bytes) is var at and >= 0; rest = rest[(at + bytes.Length)..])
            {
                rest.Slice(at, bytes.Length).Fill((byte)'*');
            }
        }
    }

    /// <summary>Whether a text, such as a cursor, repeats a secret that is too long to stand there by chance.</summary>
    public bool IsIn(string text)
    {
        var once = Uri.UnescapeDataString(text);
        string[] readings = [text, once, Uri.UnescapeDataString(once)];
        return _plain.Where(secret => secret.Length >= ShortestInCursor)
            .Any(secret => FormsOf(secret).Concat(Base64Of(secret)).Any(form => readings.Any(reading => reading.Contains(form, StringComparison.Ordinal))));
    }

    // One may be a part of another, which must then be found first.
    private static string[] LongestFirst(IEnumerable<string> forms) => [.. forms.Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];

    // Linear in the text, whatever is in it.
    private static IEnumerable<Regex> PatternsOf(IEnumerable<string> secrets)
    {
        var (together, length) = (new List<string>(), 0);
        foreach (var secret in secrets)
        {
            if (length > 0 && length + secret.Length > LongestPattern)
            {
                yield return PatternOf(together);
                (together, length) = ([], 0);
            }

            together.Add(secret);
            length += secret.Length;
        }

        if (length > 0)
        {
            yield return PatternOf(together);
        }
    }

    private static Regex PatternOf(List<string> secrets) => new(
        string.Join('|', secrets.Select(PatternOf)),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(10));

    // The whole form first, then pieces of about equal length, none of which is short enough to stand in a text by chance.
    private static IEnumerable<string> WholeAndPieces(string form)
    {
        yield return form;
        var count = (form.Length + LongestInPattern - 1) / LongestInPattern;
        for (var (piece, start) = (1, 0); piece <= count; piece++)
        {
            var end = (int)((long)form.Length * piece / count);
            yield return form[start..end];
            start = end;
        }
    }

    // Each character as it is, percent-encoded once or twice, or as an escape of JSON.
    private static string PatternOf(string secret) => string.Concat(secret.EnumerateRunes().Select(rune =>
    {
        var text = rune.ToString();
        var percent = string.Concat(Encoding.UTF8.GetBytes(text).Select(one => string.Create(CultureInfo.InvariantCulture, $"%(25)?(?i:{one:x2})")));
        var json = string.Concat(text.Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\\\u(?i:{(int)unit:x4})")));
        var more = text switch
        {
            "\"" or "\\" or "/" => "|\\\\" + Regex.Escape(text),
            "\n" => "|\\\\n",
            " " => "|\\+",
            _ => "",
        };
        return $"({Regex.Escape(text)}|{percent}|{json}{more})";
    }));

    private static IEnumerable<string> FormsOf(string secret)
    {
        string[] escaped =
        [
            Percent(secret), Lower(Percent(secret)), Percent(Percent(secret)), Lower(Percent(Percent(secret))),
            Percent(secret).Replace("%20", "+", StringComparison.Ordinal),
            JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret).Replace("/", "\\/", StringComparison.Ordinal),
        ];
        return [secret, .. escaped.Where(form => form != secret && form.Length >= ShortestForm)];
    }

    private static string Percent(string text) => Uri.EscapeDataString(text);

    // The same with %2f for %2F.
    private static string Lower(string encoded)
    {
        var text = new StringBuilder(encoded);
        for (var at = 0; at + 2 < text.Length; at++)
        {
            if (text[at] == '%')
            {
                (text[at + 1], text[at + 2]) = (char.ToLowerInvariant(text[at + 1]), char.ToLowerInvariant(text[at + 2]));
            }
        }

        return text.ToString();
    }

    // Base64 of a text that holds the secret looks different for each place in a group of three bytes; the characters at both ends depend on
    // what is around it and are left out.
    private static IEnumerable<string> Base64Of(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var start = before == 0 ? 0 : before + 1;
            var end = (before + bytes.Length) * 8 / 6;
            if (end - start >= ShortestForm)
            {
                var form = whole[start..end];
                yield return form;
                if (form.AsSpan().ContainsAny('+', '/'))
                {
                    yield return form.Replace('+', '-').Replace('/', '_');
                }
            }
        }
    }

    private static (int Start, int End) Around(string text, int start, int end)
    {
        while (start > 0 && IsBase64(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && IsBase64(text[end]))
        {
            end++;
        }

        return (start, end);
    }

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_' or '=';
}
