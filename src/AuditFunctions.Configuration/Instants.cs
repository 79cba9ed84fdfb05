using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditFunctions.Configuration;

/// <summary>Instants as people read them, always in UTC.</summary>
public static partial class Instants
{
    /// <summary>
    /// Reads an instant that begins with a date as ISO 8601 writes it; UTC when no zone is given. No other form is read: <c>03/04/2026</c> is another day in
    /// another country, and <c>10:00</c> another one tomorrow.
    /// </summary>
    public static bool TryRead(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Begins().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ] *[0-9].*)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Begins();

    /// <summary>Time of day, with the date when it is another day than <paramref name="now"/>: <c>14:03:20</c> or <c>2026-01-31 14:03:20</c>.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601 with as many fraction digits as there are: <c>2026-01-31T14:03:20.5Z</c>.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
