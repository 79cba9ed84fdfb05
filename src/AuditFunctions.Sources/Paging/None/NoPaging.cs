namespace AuditFunctions.Sources.Paging.None;

/// <summary>One response per window.</summary>
internal sealed class NoPaging : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new("none", "`none` (default) | | There is none.", (_, _, _) => new NoPaging());

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => null;
}
