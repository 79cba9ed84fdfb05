using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The cursors that a run followed through a window, by their hashes: one that comes back would lead in a circle.</summary>
internal sealed class CursorTrail
{
    private readonly HashSet<EventKey> _followed = [];

    /// <summary>Notes a cursor.</summary>
    /// <returns>false when it was followed before.</returns>
    public bool Add(string? cursor) => cursor is null || _followed.Add(EventKey.FromId(Encoding.UTF8.GetBytes(cursor)));
}
