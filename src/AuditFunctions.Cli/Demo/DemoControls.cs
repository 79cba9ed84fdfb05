using AuditFunctions.Sandbox;

namespace AuditFunctions.Cli.Demo;

/// <summary>What a person may type while <c>auditfn demo --keep</c> runs.</summary>
internal sealed class DemoControls(DemoStage stage, IReadOnlyList<DemoSource> sources)
{
    /// <summary>What there is to type, a line each.</summary>
    public static IReadOnlyList<string> Help { get; } =
    [
        "break NAME   the vendor of that source answers 503",
        "mend NAME    it answers again",
        "reject       the SIEM rejects a quarter of the events for their content",
        "accept       it takes all of them again",
        "count        what the vendors offer and what the SIEM has",
    ];

    /// <summary>Does what was typed.</summary>
    /// <returns>What to answer; nothing for an empty line.</returns>
    public IEnumerable<string> Do(string typed)
    {
        switch (typed.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            case []:
                return [];
            case ["break", var name] when Find(name) is { } source:
                source.Vendor.Faults.When(_ => true, new Fault.Status(503));
                return [$"The vendor of '{name}' answers 503 from now on."];
            case ["mend", var name] when Find(name) is { } source:
                source.Vendor.Faults.Clear();
                return [$"The vendor of '{name}' answers again."];
            case ["break" or "mend", ..]:
                return [$"Which source? One of: {string.Join(", ", sources.Select(source => source.Name))}."];
            case ["reject"]:
                stage.Picky.Rejects = true;
                return ["The SIEM rejects a quarter of the events from now on."];
            case ["accept"]:
                stage.Picky.Rejects = false;
                return ["The SIEM takes all events again."];
            case ["count"]:
                return [.. sources.Select(Count), $"duplicated: {stage.Siem.Duplicates:N0}"];
            default:
                return ["Type one of these:", .. Help.Select(line => "  " + line)];
        }
    }

    private DemoSource? Find(string name) => sources.FirstOrDefault(source => source.Name == name);

    // The SIEM's own records, not what the pipeline says of itself.
    private string Count(DemoSource source)
    {
        var offered = source.Vendor.OfferedIds;
        return $"{source.Name}: {offered.Count:N0} offered, {offered.Count(id => stage.Siem.CountOf(id) > 0):N0} with the SIEM";
    }
}
