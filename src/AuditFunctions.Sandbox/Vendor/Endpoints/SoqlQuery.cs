using System.Text.RegularExpressions;

namespace AuditFunctions.Sandbox;

/// <summary>The part of a SOQL query that this vendor understands: bounds on CreatedDate, joined by AND, and the order.</summary>
/// <param name="From">Earliest time in UTC ticks, inclusive.</param>
/// <param name="To">Latest time in UTC ticks, exclusive.</param>
/// <param name="Order">Order by CreatedDate; none when the query has none.</param>
internal sealed partial record SoqlQuery(long From, long To, EventOrder Order)
{
    /// <summary>Reads a query; null when it is malformed.</summary>
    public static SoqlQuery? Read(string soql)
    {
        if (Statement().Match(soql) is not { Success: true } statement)
        {
            return null;
        }

        var (from, to) = (0L, long.MaxValue);
        foreach (Capture condition in statement.Groups["condition"].Captures)
        {
            var match = Condition().Match(condition.Value);
            if (!match.Success || !QueryTimes.TryIso(match.Groups["at"].Value, out var at))
            {
                return null;
            }

            // CreatedDate has whole seconds: an event within a second is compared as its start.
            var second = TimeSpan.TicksPerSecond;
            var floor = QueryTimes.Truncate(at.GetValueOrDefault(), TimeSpan.FromSeconds(1));
            var ceiling = floor == at ? floor : floor + second;
            (from, to) = match.Groups["op"].Value switch
            {
                ">=" => (Math.Max(from, ceiling), to),
                ">" => (Math.Max(from, floor + second), to),
                "<=" => (from, Math.Min(to, floor + second)),
                _ => (from, Math.Min(to, ceiling)),
            };
        }

        var order = !statement.Groups["order"].Success ? EventOrder.None
            : statement.Groups["direction"].Value.Equals("DESC", StringComparison.OrdinalIgnoreCase) ? EventOrder.Descending
            : EventOrder.Ascending;
        return new SoqlQuery(from, to, order);
    }

    [GeneratedRegex("""
        ^\s*SELECT\s+.+?\s+FROM\s+\w+
        (?:\s+WHERE\s+(?<condition>\w+\s*[<>]=?\s*\S+)(?:\s+AND\s+(?<condition>\w+\s*[<>]=?\s*\S+))*)?
        (?<order>\s+ORDER\s+BY\s+CreatedDate(?:\s+(?<direction>ASC|DESC))?(?:\s*,\s*Id(?:\s+(?:ASC|DESC))?)?)?\s*$
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
        | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^CreatedDate\s*(?<op>[<>]=?)\s*(?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Condition();
}
