namespace AuditFunctions.Sources.Paging;

/// <summary>A way to find the next page. Immutable; one class per kind, one line in <see cref="PagingCatalog"/>.</summary>
public interface IPagingKind
{
    /// <summary>The cursor after a page: opaque to everybody else; null when the vendor names none.</summary>
    string? NextCursor(PageView page);

    /// <summary>Whether a cursor is the next page's URL, to be asked for as it is.</summary>
    bool CursorIsUrl { get; }

    /// <summary>The number for <c>{page}</c> or <c>{offset}</c> that a cursor stands for; null when the kind does not count.</summary>
    long? Position(string? cursor);
}
