using System.Globalization;

namespace AuditFunctions.Configuration;

/// <summary>Instants as people read them, always in UTC.</summary>
public static class Instants
{
    /// <summary>Time of day, with the date when it is another day than <paramref name="now"/>: <c>14:03:20</c> or <c>2026-01-31 14:03:20</c>.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601 with as many fraction digits as there are: <c>2026-01-31T14:03:20.5Z</c>.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
