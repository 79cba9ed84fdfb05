using System.Globalization;

namespace AuditFunctions.Sources.Paging;

/// <summary>
/// Where a page stands in its window. A kind that counts goes on by itself, so its cursor also carries what the pages before held: it is
/// stored as <c>cursor;read;last;largest;print</c>, and <c>;end</c> behind the last page by the vendor's own count. One that was stored without them is read too.
/// </summary>
/// <param name="Cursor">The cursor itself; null on the first page.</param>
/// <param name="Read">Events on the pages before; null when unknown.</param>
/// <param name="Last">Events on the page before.</param>
/// <param name="Largest">The most events on one of the pages before: what the vendor really gives at once.</param>
/// <param name="Print">The page before by its event ids; 0 when there was none.</param>
public readonly record struct PagePlace(string? Cursor, long? Read, int Last, int Largest, ulong Print)
{
    private const char Separator = ';';
    private const int Parts = 4;
    private const string End = ";end";

    /// <summary>Whether as many events came before it as the vendor counts, so that it may be refused.</summary>
    public bool IsBehindEnd { get; init; }

    /// <summary>The place of a cursor that carries nothing else.</summary>
    public static PagePlace OfOpaque(string? cursor) => new(cursor, cursor is null ? 0 : null, 0, 0, 0);

    /// <summary>Reads the stored cursor of a kind that counts.</summary>
    public static PagePlace OfCounted(string? stored)
    {
        var isBehindEnd = stored?.EndsWith(End, StringComparison.Ordinal) == true;
        var parts = (isBehindEnd ? stored![..^End.Length] : stored)?.Split(Separator) ?? [];
        return parts.Length > Parts
            && long.TryParse(parts[^4], NumberStyles.None, CultureInfo.InvariantCulture, out var read)
            && int.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var largest)
            && ulong.TryParse(parts[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var print)
            ? new PagePlace(string.Join(Separator, parts[..^Parts]), read, last, largest, print) { IsBehindEnd = isBehindEnd }
            : OfOpaque(stored);
    }

    /// <summary>The place after a page.</summary>
    /// <param name="next">The next page's cursor.</param>
    /// <param name="events">Events on the page.</param>
    /// <param name="print">The page by its event ids.</param>
    public PagePlace After(string next, int events, ulong print) => new(next, Read + events, events, Math.Max(Largest, events), print);

    /// <summary>The stored cursor of a kind that counts; null on the first page.</summary>
    public string? ToStored() => Cursor is null || Read is null
        ? Cursor
        : string.Create(CultureInfo.InvariantCulture, $"{Cursor}{Separator}{Read}{Separator}{Last}{Separator}{Largest}{Separator}{Print:x}{(IsBehindEnd ? End : "")}");
}
