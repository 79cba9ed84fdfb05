namespace AuditFunctions.Operations.Contracts;

/// <summary>A clock that stands at a poll's instant, so that every replay asks for the same. Its timers run as real ones: a request that hangs still ends.</summary>
internal sealed class ContractTime(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    /// <summary>Goes to a later instant; never back.</summary>
    public void GoTo(DateTimeOffset instant) => _now = instant > _now ? instant : _now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;
}
