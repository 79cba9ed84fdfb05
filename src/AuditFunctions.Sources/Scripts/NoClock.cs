using Jint.Runtime;

namespace AuditFunctions.Sources.Scripts;

/// <summary>A script has no clock: the same input must give the same output. Instants that it is given can be read and written, in UTC.</summary>
internal sealed class NoClock : ITimeSystem
{
    private readonly DefaultTimeSystem _utc = new(TimeZoneInfo.Utc, System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public TimeZoneInfo DefaultTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public DateTimeOffset GetUtcNow() => throw new ScriptFailure("asked for the time, which scripts do not have: the same event must give the same result");

    /// <inheritdoc/>
    public bool TryParse(string date, out long epochMilliseconds) => _utc.TryParse(date, out epochMilliseconds);

    /// <inheritdoc/>
    public TimeSpan GetUtcOffset(long epochMilliseconds) => TimeSpan.Zero;
}
