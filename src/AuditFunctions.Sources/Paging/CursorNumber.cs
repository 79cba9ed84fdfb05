using System.Globalization;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging;

/// <summary>The cursor of a kind that counts: the vendor may name anything, and a checkpoint may be older than the row's paging.</summary>
internal static class CursorNumber
{
    /// <summary>Reads it.</summary>
    /// <exception cref="RequestException">It is not a number.</exception>
    public static long Of(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new RequestException("what names the next page is not a number; check paging.path.", isOfCursor: true);

    /// <summary>Writes it.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
