using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Paging.LastEvent;

/// <summary>A field of the page's last event goes into the next request as <c>{cursor}</c> (Stripe's <c>starting_after</c>).</summary>
/// <param name="pageField">Index among the page fields of the last event's field.</param>
/// <param name="path">The field, for messages.</param>
internal sealed class LastEventPaging(int pageField, string? path) : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "last-event",
        "`last-event` | `path` (inside an event) | A field of the page's last event becomes `{cursor}`.",
        (reader, fields, events) => new LastEventPaging(fields.AddLastEvent(reader, "path", events), reader.Text("path")));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Cursor;

    /// <inheritdoc/>
    public bool NextIsInLastEvent => true;

    /// <inheritdoc/>
    public string? NextPath => path;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => page.FieldText(pageField);
}
