using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Pipeline.Messages;

/// <summary>The batch id of a dead letter that is sent again: the same until it is delivered or refused again.</summary>
public static class RetryId
{
    /// <summary>What its row in the ledger ends with, behind the id. No message may have it in an id of its own.</summary>
    public const string KeyEnding = "@retry";

    /// <summary>The id: 32 lower-case hex digits.</summary>
    /// <param name="name">The dead letter.</param>
    /// <param name="retries">How often it had been refused again before.</param>
    public static string Of(string name, int retries) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"retry\n{name}\n{retries}")).AsSpan(0, 16));
}
