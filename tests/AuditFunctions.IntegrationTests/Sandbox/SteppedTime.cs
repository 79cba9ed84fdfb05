namespace AuditFunctions.Tests.Sandbox;

/// <summary>A clock that stands still until a test moves it. Timers run on the system's clock.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
