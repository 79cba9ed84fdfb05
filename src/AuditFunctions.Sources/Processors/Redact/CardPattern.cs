using System.Globalization;
using System.Text;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>
/// Numbers of payment cards: 13 to 19 digits that start with 2 to 6 and whose check digit is right (Luhn), in groups that one blank or dash parts, in
/// one, or as a number in powers of ten, as programs write large ones.
/// </summary>
internal sealed class CardPattern : IRedactionPattern
{
    private const int Fewest = 13;
    private const int Most = 19;

    /// <inheritdoc/>
    public string Name => "card";

    /// <inheritdoc/>
    public bool MayFit(ReadOnlySpan<byte> utf8) => utf8.Length >= Fewest && utf8.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;

    /// <inheritdoc/>
    public string? Replace(string text, RedactedValue replacement, ExpressionTime time)
    {
        if (DigitsOf(text) is { } power && EndOf(power, 0) == power.Length)
        {
            return replacement.Of(power);
        }

        StringBuilder? replaced = null;
        var copied = 0;
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsAsciiDigit(text[at]) || (at > 0 && char.IsAsciiDigit(text[at - 1])))
            {
                at++;
                continue;
            }

            var end = EndOf(text, at);
            if (end > at)
            {
                replaced ??= new StringBuilder();
                replaced.Append(text, copied, at - copied).Append(replacement.Of(text.AsSpan(at, end - at)));
                copied = at = end;
            }
            else
            {
                at++;
            }
        }

        return replaced?.Append(text, copied, text.Length - copied).ToString();
    }

    // 4.111111111111111E15 is 4111111111111111.
    private static string? DigitsOf(string text)
    {
        var e = text.AsSpan().IndexOfAny('e', 'E');
        return e > 1 && text[1] == '.' && text.Length - e <= 4 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number == decimal.Truncate(number)
            ? decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture)
            : null;
    }

    // The longest card that starts there and ends where a group does; the start itself when there is none.
    private static int EndOf(string text, int start)
    {
        Span<int> digits = stackalloc int[Most];
        var (count, found) = (0, start);
        for (var at = start; at < text.Length && text[start] is >= '2' and <= '6'; at++)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                if (count == Most)
                {
                    break;
                }

                digits[count++] = text[at] - '0';
                var isGroupEnd = at + 1 == text.Length || !char.IsAsciiDigit(text[at + 1]);
                found = isGroupEnd && count >= Fewest && IsChecked(digits[..count]) ? at + 1 : found;
            }
            else if (!IsBetween(text[at]) || !char.IsAsciiDigit(text[at - 1]))
            {
                break;
            }
        }

        return found;
    }

    // Blanks that do not break a line, and all dashes, count as one of either.
    private static bool IsBetween(char sign) => sign is ' ' or '-' or '\u00a0' or '\u2007' or '\u202f' or (>= '\u2010' and <= '\u2015');

    private static bool IsChecked(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            var isDoubled = (digits.Length - at) % 2 == 0;
            var digit = isDoubled ? digits[at] * 2 : digits[at];
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
