using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Storage.Queues;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>The queues into which the Functions host puts what it gave up on: they must not exist, or be empty.</summary>
internal sealed class PoisonCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "poison";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => !on.Wanted.IsWhole ? [] :
        on.Installation.Storage.Poisons.Select(poison => Look.Of($"queue '{poison.StoredName}'", cancellationToken => FindAsync(poison, cancellationToken)));

    private static async Task<Finding> FindAsync(PoisonQueue poison, CancellationToken cancellationToken)
    {
        var where = $"queue '{poison.StoredName}'";
        return await poison.FindCountAsync(cancellationToken) switch
        {
            null => Finding.Ok(where, "does not exist, as it should be"),
            0 => Finding.Ok(where, "is empty"),
            { } messages => Finding.Problem(
                where,
                $"{Counted.Of(messages, "message")} that the Functions host gave up on after failing again and again",
                "They expire 7 days after they came there. Put them back once storage is well.",
                "auditfn queues restore"),
        };
    }
}
