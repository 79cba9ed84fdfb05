namespace AuditFunctions.Tests.Crashes;

/// <summary>What stood where when the process was dead and everything that it had sent was done.</summary>
/// <param name="Stored">Events that a destination had taken, as <c>destination/id</c>.</param>
/// <param name="Marked">Those of batches that the ledger had as delivered.</param>
internal sealed record SweepMoment(IReadOnlySet<string> Stored, IReadOnlySet<string> Marked)
{
    /// <summary>Of a run without a crash: nothing excuses a second arrival.</summary>
    public static SweepMoment None { get; } = new(new HashSet<string>(), new HashSet<string>());

    public static async Task<SweepMoment> ReadAsync(SweepScenario scenario, CancellationToken ct)
    {
        var delivered = (await SweepLedger.ReadAsync(scenario.Installation.Storage, ct)).Delivered.ToHashSet(StringComparer.Ordinal);
        var stored = new HashSet<string>(StringComparer.Ordinal);
        var marked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var destination in scenario.SourcesOf.Keys)
        {
            var siem = scenario.SiemOf(destination);
            stored.UnionWith(siem.Ids.Select(id => $"{destination}/{id}"));
            foreach (var (_, ids) in SweepDeliveries.BatchesOf(siem, destination).Where(batch => delivered.Contains(batch.Key)))
            {
                marked.UnionWith(ids.Select(id => $"{destination}/{id}"));
            }
        }

        return new SweepMoment(stored, marked);
    }

    /// <summary>Whether a second arrival is the crash's own: the event had arrived, and nothing had noted it yet.</summary>
    public bool WasInFlight(string destination, string id) => Stored.Contains($"{destination}/{id}") && !Marked.Contains($"{destination}/{id}");
}
