namespace AuditFunctions.Sources;

/// <summary>The items of a list whose answers make a page.</summary>
/// <param name="Times">When each was listed as made; empty where the template does not say where that stands. Those that are gone are among them.</param>
/// <param name="Gone">What the vendor has no more, in words, one for each such item.</param>
public sealed record ListedItems(IReadOnlyList<DateTimeOffset?> Times, IReadOnlyList<string> Gone)
{
    /// <summary>The time of the item of each event of the page; empty where there are none.</summary>
    public IReadOnlyList<DateTimeOffset?> OfEvents { get; init; } = [];
}
