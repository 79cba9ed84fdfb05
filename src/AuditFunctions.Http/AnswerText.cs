using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Http;

/// <summary>The start of a destination's answer, fit to be kept and shown.</summary>
public static class AnswerText
{
    /// <summary>Most bytes that are kept.</summary>
    public const int MaxBytes = 2 * 1024;

    /// <summary>The text: secrets replaced, control characters written out, bytes that are no UTF-8 as U+FFFD, cut at a character's border.</summary>
    /// <param name="answer">What was read of the answer.</param>
    /// <param name="isWhole">Whether that is all of it; else a secret may have been cut in two at its end.</param>
    /// <param name="known">The secrets that were sent.</param>
    public static string? Of(ReadOnlySpan<byte> answer, bool isWhole, IEnumerable<SecretText> known)
    {
        SecretText[] secrets = [.. known];
        var longest = secrets.Select(secret => Encoding.UTF8.GetByteCount(secret.Reveal())).DefaultIfEmpty(0).Max();
        if (!isWhole && longest > 0)
        {
            // Its longest form writes a character as six.
            answer = answer[..Math.Max(0, answer.Length - (6 * longest) + 1)];
        }

        var text = SafeText.Lines(new Redactor(secrets).Mask(Encoding.UTF8.GetString(answer)));
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
