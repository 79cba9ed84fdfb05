using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AuditFunctions.Http;

/// <summary>
/// How long a server asks us to wait: Retry-After in seconds or as a date (RFC 9110, section 10.2.3). Read as loosely as common clients do,
/// since a wait that is not understood must not become none.
/// </summary>
public static partial class RetryAfter
{
    /// <summary>What counts when a server asks us to wait in words that cannot be read.</summary>
    public static readonly TimeSpan Unreadable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // A number of seconds from here on is no wait but an instant, in seconds since 1970.
    private const double FirstInstant = 1.5e9;

    private const int LongestDate = 64;

    private static readonly string[] Formats =
    [
        "d MMM yyyy H:m:s", "d MMM yy H:m:s", "MMM d H:m:s yyyy", "d MMMM yyyy H:m:s", "d MMM yyyy H:m", "d MMM yyyy H:m:s zzz",
    ];

    private static readonly string[] Utc = ["GMT", "UTC", "UT", "Z", "+0000", "+00:00", "0000"];

    /// <summary>What the header says, from 0 to an hour; a minute when it cannot be read; null when there is none.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        // The typed header refuses what is not written strictly; the longest of several counts.
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values))
        {
            return null;
        }

        // A date is one of the server's clock. What is further from ours than any wait is no clock that can be gone by.
        var serverNow = response.Headers.Date is { } date && (date - now).Duration() < Longest ? date : now;
        return Bounded(values.Max(value => Read(value, serverNow) ?? Unreadable));
    }

    /// <summary>A wait that a server asked for, from 0 to an hour.</summary>
    public static TimeSpan? Bounded(TimeSpan? wait) =>
        wait is { } known ? TimeSpan.FromTicks(Math.Clamp(known.Ticks, 0, Longest.Ticks)) : null;

    /// <summary>Reads a number of seconds, also with a fraction, a sign or an exponent, or an instant; null when it is neither.</summary>
    public static TimeSpan? Read(string text, DateTimeOffset now) =>
        TryNumber(text, out var seconds) ? seconds >= FirstInstant ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Min(seconds, 1e11)) - now
                : seconds >= 0 ? TimeSpan.FromSeconds(seconds)
                : null
            : LongestOf(text) ?? (TryDate(text, out var at) ? at - now : null);

    /// <summary>Reads a number as headers write them: blanks around it, a sign, a fraction.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    // Two gateways that each add the header are folded into one: "10, 30".
    private static TimeSpan? LongestOf(string text)
    {
        TimeSpan? longest = null;
        foreach (var part in text.Contains(',', StringComparison.Ordinal) ? text.Split(',') : [])
        {
            if (!TryNumber(part, out var seconds) || seconds is < 0 or >= FirstInstant)
            {
                return null;
            }

            longest = TimeSpan.FromSeconds(Math.Max(seconds, longest?.TotalSeconds ?? 0));
        }

        return longest;
    }

    // "10/60" would be a month of 1960 and "3 5" a day in March.
    private static bool MayBeDate(ReadOnlySpan<char> text) =>
        text.Contains(':') && text.IndexOfAnyInRange('0', '9') == 0 && FourDigits().IsMatch(text);

    [GeneratedRegex(@"(?<!\d)\d{4}(?!\d)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FourDigits();

    // The weekday is not looked at: it may be wrong, cut short or missing. A date without a zone is in UTC.
    private static bool TryDate(string text, out DateTimeOffset at)
    {
        if (text.Length <= LongestDate && MayBeDate(text.AsSpan().Trim())
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            return true;
        }

        at = default;
        var words = text.Length > LongestDate ? [] : text.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var date = string.Join(' ', words.Where(word => !IsWeekday(word) && !Utc.Contains(word, StringComparer.OrdinalIgnoreCase)));
        return DateTimeOffset.TryParseExact(date, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
    }

    private static bool IsWeekday(string word) => CultureInfo.InvariantCulture.DateTimeFormat.DayNames.Any(day =>
        word.Length >= 3 && day.StartsWith(word.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));
}
