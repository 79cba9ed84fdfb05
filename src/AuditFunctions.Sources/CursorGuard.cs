using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>
/// What a vendor may give us as a cursor, which is stored and sent back. Credentials are kept out of it: vendors repeat the request's
/// query, and with it our key, in the link to the next page.
/// </summary>
internal static class CursorGuard
{
    /// <summary>Longest cursor, in characters: a column of the checkpoint takes 32,768.</summary>
    public const int MaxLength = 30_000;

    // A shorter text stands in a cursor by chance.
    private const int ShortestSecret = 8;

    /// <summary>Checks that a cursor may be stored.</summary>
    /// <exception cref="RequestException">The cursor repeats a secret that cannot be taken out of it, or cannot be stored.</exception>
    public static void Check(string? cursor, IReadOnlyDictionary<string, SecretText> secrets)
    {
        if (cursor is null)
        {
            return;
        }

        if (cursor.Length > MaxLength || !CanBeStored(cursor))
        {
            throw new RequestException(cursor.Length > MaxLength
                ? $"the vendor's cursor of the next page has {cursor.Length} characters; more than {MaxLength} cannot be kept. "
                    + "Check where 'paging' finds it."
                : "the vendor's cursor of the next page holds control characters or half a surrogate pair, which cannot be kept. "
                    + "Check where 'paging' finds it.");
        }

        foreach (var secret in secrets.Values.Select(secret => secret.Reveal()).Where(secret => secret.Length >= ShortestSecret))
        {
            if (cursor.Contains(secret, StringComparison.Ordinal) || Uri.UnescapeDataString(cursor).Contains(secret, StringComparison.Ordinal))
            {
                throw new RequestException(
                    "the vendor repeats a secret in the cursor of the next page, which would be stored; "
                    + "use another way of paging or of authentication.");
            }
        }
    }

    // A cursor may be JSON, with the blanks that JSON allows.
    private static bool CanBeStored(string cursor)
    {
        for (var at = 0; at < cursor.Length; at++)
        {
            var pair = char.IsHighSurrogate(cursor[at]) && at + 1 < cursor.Length && char.IsLowSurrogate(cursor[at + 1]);
            if ((char.IsSurrogate(cursor[at]) && !pair) || (char.IsControl(cursor[at]) && cursor[at] is not ('\t' or '\r' or '\n')))
            {
                return false;
            }

            at += pair ? 1 : 0;
        }

        return true;
    }
}
