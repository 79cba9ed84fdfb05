using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Http;

/// <summary>The start of a destination's answer, fit to be kept and shown.</summary>
public static class AnswerText
{
    /// <summary>Most bytes that are kept.</summary>
    public const int MaxBytes = 2 * 1024;

    /// <summary>The text: secrets replaced, bytes that are no UTF-8 as U+FFFD, cut at a character's border.</summary>
    /// <param name="answer">What was read of the answer.</param>
    /// <param name="isWhole">Whether that is all of it; else a secret may have been cut in two at its end.</param>
    /// <param name="known">The secrets that were sent.</param>
    public static string? Of(ReadOnlySpan<byte> answer, bool isWhole, IEnumerable<SecretText> known)
    {
        string[] secrets = [.. known.Select(secret => secret.Reveal()).Where(secret => secret.Length > 0)];
        if (!isWhole && secrets.Length > 0)
        {
            answer = answer[..Math.Max(0, answer.Length - secrets.Max(Encoding.UTF8.GetByteCount) + 1)];
        }

        var text = secrets.Aggregate(Encoding.UTF8.GetString(answer), (text, secret) => text.Replace(secret, "(secret)", StringComparison.Ordinal));
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return length > 0 ? text[..length] : null;
    }
}
