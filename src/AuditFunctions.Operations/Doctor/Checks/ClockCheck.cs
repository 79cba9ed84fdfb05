using AuditFunctions.Configuration;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether our clock goes with those of storage, vendors and destinations.</summary>
internal sealed class ClockCheck : ICheck
{
    /// <summary>A difference that harms nothing.</summary>
    public static readonly TimeSpan Harmless = TimeSpan.FromMinutes(1);

    private const string Where = "clock";
    private static readonly TimeSpan TokensFail = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SignaturesFail = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public string Name => "clock";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => [new Look(Where, _ => Task.FromResult(Find(on)))];

    private static IReadOnlyList<Finding> Find(Examination on)
    {
        var known = on.Clocks.Known;
        var storage = known.Where(reading => reading.IsStorage).OrderBy(reading => reading.Ahead.Duration()).FirstOrDefault();
        if (storage is null)
        {
            return [Finding.Note(Where, "no answer of storage to compare it with")];
        }

        if (storage.Ahead.Duration() > Harmless)
        {
            return [OfOurs(storage, on.ChosenSources.Select(row => row.Definition).OfType<SourceDefinition>())];
        }

        // Ours is right, then.
        return
        [
            Finding.Ok(Where, $"goes with that of storage at {storage.Whose}"),
            .. known.Where(reading => !reading.IsStorage && reading.Ahead.Duration() > Harmless).Select(reading => Finding.Note(
                Where, $"that of {reading.Whose} is {Write(reading.Ahead)} {(reading.Ahead > TimeSpan.Zero ? "behind" : "ahead")}, and ours is right: its events carry such times, and it may not take our signatures")),
        ];
    }

    private static Finding OfOurs(ClockReading storage, IEnumerable<SourceDefinition> sources)
    {
        var off = storage.Ahead.Duration();
        var isAhead = storage.Ahead > TimeSpan.Zero;
        var harm = new List<string>();
        if (off >= SignaturesFail)
        {
            harm.Add("storage refuses signed requests (connection strings)");
        }

        if (off >= TokensFail)
        {
            harm.Add("Entra's tokens and signed deliveries may be refused");
        }

        harm.Add(!isAhead ? $"events are fetched {Write(off)} later than they could be, and times of state are wrong"
            : sources.Where(source => source.Timing.Lag + source.Timing.Overlap < off).Select(source => source.Name).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } exposed
                ? $"windows end in the future: events that a vendor publishes late can be missed by {string.Join(", ", exposed)}"
            : "windows end in the future, which lag and overlap still make up for");
        return Finding.Problem(
            Where,
            $"this machine's clock is {Write(off)} {(isAhead ? "ahead of" : "behind")} storage's: {string.Join("; ", harm)}",
            "Let the clock be set by NTP; a container has its node's clock.",
            OperatingSystem.IsWindows() ? "w32tm /resync" : "sudo timedatectl set-ntp true");
    }

    // Seconds are less than what is known.
    private static string Write(TimeSpan off) => Durations.Write(TimeSpan.FromMinutes(Math.Round(off.Duration().TotalMinutes)));
}
