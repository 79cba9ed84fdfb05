namespace AuditFunctions.Operations.Doctor.Findings;

/// <summary>What is to be examined.</summary>
/// <param name="Sources">Only these sources; none for all.</param>
/// <param name="Destinations">Only these destinations; none for all.</param>
/// <param name="SendTestEvent">Whether each destination may be sent a marked event.</param>
public sealed record Wanted(IReadOnlyList<string> Sources, IReadOnlyList<string> Destinations, bool SendTestEvent)
{
    /// <summary>Whether the whole installation is, and not some rows of it.</summary>
    public bool IsWhole => Sources.Count + Destinations.Count == 0;
}
