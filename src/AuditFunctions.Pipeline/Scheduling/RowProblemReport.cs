using AuditFunctions.Configuration;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Says what is wrong with rows: each problem once, and again when it changes; besides that one line at each tick. Thread safe.</summary>
internal sealed class RowProblemReport(ILogger log)
{
    private readonly Lock _lock = new();
    private HashSet<string> _said = [];

    /// <summary>Says what is new.</summary>
    /// <param name="sources">Problems of sources, by name.</param>
    /// <param name="destinations">Problems of destinations, by name.</param>
    public void Report(IEnumerable<(string Name, IReadOnlyList<Problem> Problems)> sources, IEnumerable<(string Name, IReadOnlyList<Problem> Problems)> destinations)
    {
        lock (_lock)
        {
            var now = new HashSet<string>(StringComparer.Ordinal);
            var rows = Say("destination", destinations, now, SchedulingLog.BadDestinationRow) + Say("source", sources, now, SchedulingLog.BadSourceRow);
            if (rows > 0)
            {
                SchedulingLog.BadRows(log, rows);
            }

            _said = now;
        }
    }

    private int Say(string kind, IEnumerable<(string Name, IReadOnlyList<Problem> Problems)> rows, HashSet<string> now, Action<ILogger, string, string> say)
    {
        var count = 0;
        foreach (var (name, problems) in rows.Where(row => row.Problems.Count > 0))
        {
            count++;
            foreach (var problem in problems.Select(problem => problem.ToString()))
            {
                var key = $"{kind}|{name}|{problem}";
                now.Add(key);
                if (!_said.Contains(key))
                {
                    say(log, name, problem);
                }
            }
        }

        return count;
    }
}
