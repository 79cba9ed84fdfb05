using System.Globalization;

namespace AuditFunctions.Sources.Expansion;

/// <summary>
/// Where a run goes on in a list of items: the page of the list, and the item in it. Stored as <c>item~print~cursor</c>, the last part only where the page
/// has a cursor. The print is that of the items before: the same page of the list, asked for again, may hold others. Inside an item whose answer has pages
/// it is <c>item~print@pages@inner~cursor</c>, and the print that of the items up to this one.
/// </summary>
/// <param name="Cursor">The cursor of the page of the list; null for the first.</param>
/// <param name="Item">How many items of the page are done.</param>
/// <param name="Print">The print of those, or of those and the item itself where it is read in part.</param>
/// <param name="Inner">The cursor of the next page of the item's answer; null at its start.</param>
/// <param name="Pages">How many pages of the item's answer were read.</param>
internal readonly record struct ItemPlace(string? Cursor, int Item, ulong Print, string? Inner = null, int Pages = 0)
{
    private const char Within = '@';

    private const char Separator = '~';

    /// <summary>Reads a stored place; null is the start.</summary>
    /// <returns>false when it is not one, such as a cursor from before the template had <c>expand</c>.</returns>
    public static bool TryRead(string? stored, out ItemPlace place)
    {
        place = default;
        if (stored is null)
        {
            return true;
        }

        var parts = stored.Split(Separator, 3);
        var within = parts.Length < 2 ? [] : parts[1].Split(Within, 3);
        var pages = 0;
        if (parts.Length < 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var item)
            || !ulong.TryParse(within[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var print)
            || within.Length == 2
            || (within.Length == 3 && !int.TryParse(within[1], NumberStyles.None, CultureInfo.InvariantCulture, out pages)))
        {
            return false;
        }

        place = new ItemPlace(parts.Length == 3 ? parts[2] : null, item, print, within.Length == 3 ? Uri.UnescapeDataString(within[2]) : null, pages);
        return true;
    }

    /// <summary>The place as it is stored.</summary>
    public string ToStored()
    {
        // A tilde is the one separator that percent-encoding leaves alone.
        var within = Inner is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{Within}{Pages}{Within}{Uri.EscapeDataString(Inner).Replace("~", "%7E", StringComparison.Ordinal)}");
        return string.Create(CultureInfo.InvariantCulture, $"{Item}{Separator}{Print:x}{within}") + (Cursor is null ? "" : Separator + Cursor);
    }
}
