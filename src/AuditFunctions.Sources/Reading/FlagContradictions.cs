using AuditFunctions.Configuration;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Reading;

/// <summary>Flags whose name says the opposite of what their <c>stop</c> makes of them: every window would end with its first page.</summary>
internal static class FlagContradictions
{
    private static readonly HashSet<string> More = new(StringComparer.Ordinal)
    {
        "more", "hasmore", "hasnext", "hasnextpage", "hasmorepages", "hasmoreitems", "hasmoreresults", "hasmoredata", "morepages", "moreresults", "morerecords",
        "moreavailable", "moreitems", "moreitemsincollection", "truncated", "istruncated",
    };

    private static readonly HashSet<string> Done = new(StringComparer.Ordinal)
    {
        "done", "isdone", "last", "islast", "lastpage", "islastpage", "finished", "isfinished", "complete", "completed", "iscomplete", "end", "eof", "endoflist",
    };

    /// <summary>Reports every flag that is read the wrong way round.</summary>
    public static void Check(PagingDefinition paging, Problems problems)
    {
        foreach (var flag in paging.Stops.OfType<StopCondition.Flag>())
        {
            var name = new string([.. flag.Path[(flag.Path.LastIndexOf('.') + 1)..].Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
            if ((flag.Is == "true" && More.Contains(name)) || (flag.Is == "false" && Done.Contains(name)))
            {
                var other = flag.Is == "true" ? "false" : "true";
                problems.Add("paging.stop", $"would end a window where '{flag.Path}' is '{flag.Is}', which by its name says that more follow: write 'is: \"{other}\"'.");
            }
        }
    }
}
