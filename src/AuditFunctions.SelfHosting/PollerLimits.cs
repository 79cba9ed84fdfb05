namespace AuditFunctions.SelfHosting;

/// <summary>How much a queue poller works on.</summary>
/// <param name="Concurrency">Messages at the same time.</param>
/// <param name="FinishesOnStop">Whether a stop lets running handlers finish instead of cancelling them.</param>
/// <param name="Extra">How many more, in place of ones that have been worked on for long: what hangs must not keep the others waiting.</param>
internal sealed record PollerLimits(int Concurrency, bool FinishesOnStop, int Extra = 0);
