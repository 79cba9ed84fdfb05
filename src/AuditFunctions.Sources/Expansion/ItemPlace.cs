using System.Globalization;

namespace AuditFunctions.Sources.Expansion;

/// <summary>
/// Where a run goes on in a list of items: the page of the list, and the item in it. Stored as <c>item~print~cursor</c>, the last part only where the page
/// has a cursor. The print is that of the items before: the same page of the list, asked for again, may hold others.
/// </summary>
/// <param name="Cursor">The cursor of the page of the list; null for the first.</param>
/// <param name="Item">How many items of the page are done.</param>
/// <param name="Print">The print of those.</param>
internal readonly record struct ItemPlace(string? Cursor, int Item, ulong Print)
{
    private const char Separator = '~';

    /// <summary>Reads a stored place; null is the start.</summary>
    /// <returns>false when it is none, such as one of the time before the template had <c>expand</c>.</returns>
    public static bool TryRead(string? stored, out ItemPlace place)
    {
        place = default;
        if (stored is null)
        {
            return true;
        }

        var parts = stored.Split(Separator, 3);
        if (parts.Length < 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var item)
            || !ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var print))
        {
            return false;
        }

        place = new ItemPlace(parts.Length == 3 ? parts[2] : null, item, print);
        return true;
    }

    /// <summary>The place as it is stored.</summary>
    public string ToStored() => Cursor is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Item}{Separator}{Print:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{Item}{Separator}{Print:x}{Separator}{Cursor}");
}
