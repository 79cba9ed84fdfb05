using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>The cursors that were followed through the pages of a list, by their hashes: one that comes back would lead in a circle. Not thread safe.</summary>
public sealed class CursorTrail
{
    private readonly HashSet<EventKey> _followed = [];

    /// <summary>Notes a cursor.</summary>
    /// <returns>false when it was followed before.</returns>
    public bool Add(string? cursor) => cursor is null || _followed.Add(EventKey.FromId(Encoding.UTF8.GetBytes(cursor)));
}
