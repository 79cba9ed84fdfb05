using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>The last part of a <c>nextRecordsUrl</c>: the query and the place in it.</summary>
internal static class SalesforceLocator
{
    /// <summary>Writes it.</summary>
    public static string Of(VendorRequest request, EventQuery query) =>
        $"01g-{query.From:x}-{query.To:x}-{(int)query.Order}-{request.CursorOf(query.After.GetValueOrDefault())}";

    /// <summary>Reads it; null when it is not ours or has expired.</summary>
    public static EventQuery? Read(VendorRequest request, string locator)
    {
        var parts = locator.Split('-');
        return parts.Length == 5 && request.PlaceOf(parts[4]) is { } place
            && long.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to)
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? new EventQuery(from, to, (EventOrder)order, Limit: 0, place) : null;
    }
}
