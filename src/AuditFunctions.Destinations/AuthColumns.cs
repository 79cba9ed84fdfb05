using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations;

/// <summary>Checks the columns that say how requests prove who we are.</summary>
internal static class AuthColumns
{
    /// <summary>Each <c>auth</c> needs its own columns, and no others.</summary>
    /// <param name="columns">The row.</param>
    /// <param name="needs">The columns of each auth.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void CheckAuth(this BoundParameters columns, IReadOnlyDictionary<string, string[]> needs, Problems problems)
    {
        var auth = columns["auth"]!;
        foreach (var need in needs[auth].Where(need => columns[need] is null && !columns.Secrets.ContainsKey(need)))
        {
            problems.Add(need, $"is missing: auth '{auth}' needs it.");
        }

        foreach (var extra in needs.Values.SelectMany(all => all).Distinct().Except(needs[auth]).Where(column => columns[column] is not null || columns.Secrets.ContainsKey(column)))
        {
            problems.Add(extra, $"is not used by auth '{auth}'; remove it or choose another auth.");
        }
    }
}
