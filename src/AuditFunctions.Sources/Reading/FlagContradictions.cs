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
        foreach (var (place, value) in paging.Stops.Select(FlagOf).Where(flag => flag.Place.Length > 0))
        {
            var name = new string([.. place[(place.LastIndexOf('.') + 1)..].Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
            name = name.StartsWith('x') && place.StartsWith("x-", StringComparison.OrdinalIgnoreCase) ? name[1..] : name;
            if ((value == "true" && More.Contains(name)) || (value == "false" && Done.Contains(name)))
            {
                var other = value == "true" ? "false" : "true";
                problems.Add("paging.stop", $"would end a window where '{place}' is '{value}', which by its name says that more follow: write 'is: \"{other}\"'.");
            }
        }
    }

    private static (string Place, string Is) FlagOf(StopCondition stop) => stop switch
    {
        StopCondition.Flag flag => (flag.Path, flag.Is),
        StopCondition.HeaderIs header => (header.Header, header.Is),
        _ => ("", ""),
    };
}
