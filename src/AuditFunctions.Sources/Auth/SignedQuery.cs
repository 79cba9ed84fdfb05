namespace AuditFunctions.Sources.Auth;

/// <summary>The order of parameters that are signed.</summary>
internal static class SignedQuery
{
    /// <summary>
    /// Encoded pairs of name and value by name, then by value. Not as whole texts: <c>-</c>, <c>.</c> and digits stand before <c>=</c>, so that <c>filter</c> would
    /// come behind <c>filter-by</c>.
    /// </summary>
    public static IEnumerable<string> Sorted(IEnumerable<string> pairs) =>
        pairs.OrderBy(pair => pair.Split('=', 2)[0], StringComparer.Ordinal).ThenBy(pair => pair, StringComparer.Ordinal);
}
