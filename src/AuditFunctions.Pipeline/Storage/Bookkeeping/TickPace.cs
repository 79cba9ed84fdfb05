namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>How often the host of this process ticks, for those who look at its last tick from elsewhere.</summary>
/// <param name="Longest">Longest pause between two ticks.</param>
public sealed record TickPace(TimeSpan Longest)
{
    /// <summary>Of a scheduler that does not say it.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
}
