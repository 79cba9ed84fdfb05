using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether something lies in the dead-letter store.</summary>
internal sealed class DeadLettersCheck : ICheck
{
    private const string Where = "dead letters";

    /// <inheritdoc/>
    public string Name => "dead-letters";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => on.Wanted.IsWhole ? [Look.Of(Where, cancellationToken => FindAsync(on, cancellationToken))] : [];

    private static async Task<Finding> FindAsync(Examination on, CancellationToken cancellationToken) =>
        await on.Installation.Get<DeadLetterStore>().CountAsync(cancellationToken) is > 0 and var letters
            ? Finding.Problem(Where, $"{Counted.Of(letters, "dead letter")}: events that were not delivered", "Read their reasons; then retry, export or discard them.", "auditfn dead-letters list")
            : Finding.Ok(Where, "none");
}
