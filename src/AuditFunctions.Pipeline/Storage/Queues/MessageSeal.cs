using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>
/// Tells the messages of this installation from forged ones: each ends with an HMAC over its queue and its text, made with a key that those who may write
/// queues need not have. Thread safe. Without a key messages are sent and taken as they are.
/// </summary>
public sealed class MessageSeal(InstallationKeys keys, IOptions<MessageOptions> options, TimeProvider time)
{
    /// <summary>How much longer a text becomes.</summary>
    public const int GrowthBytes = 8 + MacDigits + 1;

    private const int MacDigits = 32;
    private const string Start = ",\"mac\":\"";
    private const string End = "\"}";

    /// <summary>Whether there is a key.</summary>
    public bool HasKey => keys.Exist;

    /// <summary>The text with its seal.</summary>
    /// <param name="queue">Where it goes.</param>
    /// <param name="text">A JSON object.</param>
    /// <param name="cancellationToken">Ends the reading of the key.</param>
    /// <exception cref="SecretException">The key cannot be read, or is not a key.</exception>
    public async ValueTask<BinaryData> SealAsync(string queue, BinaryData text, CancellationToken cancellationToken)
    {
        if (!HasKey)
        {
            return text;
        }

        var good = await keys.ReadAsync(SecretRead.Cached, cancellationToken);
        var plain = text.ToString();
        return BinaryData.FromString(plain[..^1] + Start + MacOf(good[0], queue, plain) + End);
    }

    /// <summary>Why a message cannot be of this installation; null when it may be taken.</summary>
    /// <param name="queue">Where it comes from.</param>
    /// <param name="text">Its text.</param>
    /// <param name="cancellationToken">Ends the reading of the key.</param>
    /// <exception cref="SecretException">The key cannot be read, or is not a key: the message is to come again.</exception>
    public async ValueTask<string?> ProblemOfAsync(string queue, string text, CancellationToken cancellationToken)
    {
        if (!HasKey)
        {
            return null;
        }

        if (!TrySplit(text, out var plain, out var mac))
        {
            return time.GetUtcNow() < options.Value.UnsignedUntil ? null
                : "it is not signed, and messages of before there was a key are not taken any more (Messages__UnsignedUntil)";
        }

        // A key that was changed just now is read again before anything is refused.
        return IsGood(await keys.ReadAsync(SecretRead.Cached, cancellationToken)) || IsGood(await keys.ReadAsync(SecretRead.Fresh, cancellationToken))
            ? null
            : "it is not signed with a key of this installation (Messages__Key)";

        bool IsGood(IReadOnlyList<byte[]> known) =>
            known.Any(key => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(MacOf(key, queue, plain)), Encoding.UTF8.GetBytes(mac)));
    }

    private static bool TrySplit(string text, out string plain, out string mac)
    {
        var at = text.Length - Start.Length - MacDigits - End.Length;
        var isSigned = at > 0 && text.AsSpan(at).StartsWith(Start, StringComparison.Ordinal) && text.EndsWith(End, StringComparison.Ordinal);
        (plain, mac) = isSigned ? (text[..at] + "}", text.Substring(at + Start.Length, MacDigits)) : (text, "");
        return isSigned;
    }

    private static string MacOf(byte[] key, string queue, string plain) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{queue}\n{plain}")).AsSpan(0, MacDigits / 2));
}
