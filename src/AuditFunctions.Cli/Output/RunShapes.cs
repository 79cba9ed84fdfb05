namespace AuditFunctions.Cli.Output;

/// <summary>What <c>run --until-idle</c> did.</summary>
/// <param name="Fetched">Events that this process fetched.</param>
/// <param name="Delivered">Events that this process delivered, once for each destination.</param>
/// <param name="DeadLettered">Events that went to the dead letters.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Undone">What is left, in words; empty when everything is caught up.</param>
internal sealed record RunShape(long Fetched, long Delivered, long DeadLettered, double Seconds, IReadOnlyList<string> Undone);

/// <summary>How a demo ended.</summary>
/// <param name="Offered">Events that the stand-in vendors had.</param>
/// <param name="Delivered">Different events that the stand-in SIEM has.</param>
/// <param name="Lost">Events that it lacks.</param>
/// <param name="Duplicated">Events that came more often than once.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Undone">What the pipeline says is left.</param>
internal sealed record DemoShape(long Offered, long Delivered, long Lost, long Duplicated, double Seconds, IReadOnlyList<string> Undone);
