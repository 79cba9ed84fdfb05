namespace AuditFunctions.Pipeline.Storage.Listings;

/// <summary>How far the listing of a snapshot source has come that is being read.</summary>
/// <param name="Mark">By what its objects are compared.</param>
/// <param name="Blocks">How many blocks of its objects are valid.</param>
/// <param name="Objects">How many objects those have: what is less when they are read is lost.</param>
/// <param name="Doubt">Why nothing may be said of what it does not list; null when there is no doubt.</param>
/// <param name="IsRead">Whether it is read to its proved end.</param>
/// <param name="Compared">Then: how many objects of the listing before have been looked for in it.</param>
public sealed record ListingProgress(string Mark, long Blocks, long Objects, string? Doubt, bool IsRead, int Compared)
{
    /// <summary>Whether it is read for the second time, because objects of the one before were not in it.</summary>
    public bool IsSecond { get; init; }

    /// <summary>Which fields it keeps for its table, as a hash; null when it keeps none.</summary>
    public string? Keep { get; init; }

    /// <summary>A listing that begins.</summary>
    /// <param name="mark">By what its objects are compared.</param>
    /// <param name="keep">Which fields it keeps.</param>
    public static ListingProgress Begin(string mark, string? keep) => new(mark, 0, 0, null, IsRead: false, 0) { Keep = keep };
}

/// <summary>The last listing of a snapshot source that was read to its end.</summary>
/// <param name="Mark">By what its objects are compared.</param>
/// <param name="StartedAt">When it was begun: its name.</param>
/// <param name="Blocks">How many blocks of its objects are valid.</param>
/// <param name="Objects">How many objects it listed.</param>
/// <param name="Known">How many objects are known after it: more, where it was in doubt.</param>
/// <param name="EndedAt">When it was complete.</param>
/// <param name="Doubt">Why nothing was said of what it did not list; null when there was no doubt.</param>
public sealed record LastListing(string Mark, DateTimeOffset StartedAt, long Blocks, long Objects, long Known, DateTimeOffset EndedAt, string? Doubt)
{
    /// <summary>Which fields it kept for its table, as a hash; null when it kept none.</summary>
    public string? Keep { get; init; }
}
