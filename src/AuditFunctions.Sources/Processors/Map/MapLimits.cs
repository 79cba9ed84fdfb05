namespace AuditFunctions.Sources.Processors.Map;

/// <summary>What bounds a mapping.</summary>
internal static class MapLimits
{
    /// <summary>The most different values that <c>all</c> takes of an event.</summary>
    public const int MostOfAll = 100;

    /// <summary>The most elements that <c>each</c> takes of a list; the original has the others.</summary>
    public const int MostElements = 1_000;

    /// <summary>The most rules of a definition.</summary>
    public const int MostRules = 100;

    /// <summary>The most rows of a table.</summary>
    public const int MostRows = 1_000;

    /// <summary>The most different paths of a definition, or of an element: what stands there is kept on the stack.</summary>
    public const int MostPaths = 500;
}
