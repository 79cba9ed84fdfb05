using System.Globalization;

namespace AuditFunctions.Tests.Support;

/// <summary>A clock that a test sets, also back, as clocks are that were wrong.</summary>
internal sealed class MovedClock(string now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => Now;
}
