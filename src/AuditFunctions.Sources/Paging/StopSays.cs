namespace AuditFunctions.Sources.Paging;

/// <summary>What a stop condition reads from a page about what follows it.</summary>
public enum StopSays
{
    /// <summary>Nothing: what it looks at is not there, or does not tell.</summary>
    Nothing,

    /// <summary>More follows.</summary>
    More,

    /// <summary>The page is shorter than what was asked for: perhaps the last, perhaps all that the vendor gives at once.</summary>
    ShortPage,

    /// <summary>It looks like the last page, if nothing else says that more follows.</summary>
    PerhapsEnd,

    /// <summary>The vendor says that it is the last page.</summary>
    End,
}
