using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Storage.Queues;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether messages are signed, and with what key.</summary>
internal sealed class MessagesCheck : ICheck
{
    private const string Where = "messages";

    /// <inheritdoc/>
    public string Name => "messages";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) => on.Wanted.IsWhole ? [Look.Of(Where, cancellationToken => FindAsync(on, cancellationToken))] : [];

    private static async Task<Finding> FindAsync(Examination on, CancellationToken cancellationToken)
    {
        var options = on.Installation.Get<IOptions<MessageOptions>>().Value;
        if (options.Key is null)
        {
            return Finding.Note(
                Where, "not signed: who may write the queues can send events to the destinations", "Store a key of 32 characters or more as a secret, and name it in Messages__Key.");
        }

        try
        {
            await on.Installation.Get<MessageSeal>().SealAsync("doctor", new BinaryData("{}"), cancellationToken);
        }
        catch (SecretException exception)
        {
            return Finding.Problem(Where, exception.Message, "Until it can be read nothing is fetched or delivered: store the key, or let the app read it.");
        }

        return options.UnsignedUntil is { } until && until > on.Time.GetUtcNow()
            ? Finding.Note(Where, $"signed; those without a signature are taken until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, too", "Remove Messages__UnsignedUntil when the queues hold nothing of before.")
            : Finding.Ok(Where, "signed");
    }
}
