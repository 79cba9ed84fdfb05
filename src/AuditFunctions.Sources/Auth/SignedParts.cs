using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>
/// What a scheme puts into a request and is no secret of the row: signatures, kept out of messages and kept pages too. A cursor may hold some of it: nonces and hashes
/// come back in links.
/// </summary>
internal sealed class SignedParts
{
    private readonly HashSet<string> _before;

    private SignedParts(HashSet<string> before) => _before = before;

    /// <summary>Remembers a request as it is before a scheme adds to it.</summary>
    public static SignedParts Before(RequestDraft draft) => new([.. Values(draft)]);

    /// <summary>What was added.</summary>
    public IEnumerable<SecretText> AddedTo(RequestDraft draft) => Values(draft).Where(value => !_before.Contains(value)).SelectMany(SignedText.PartsOf);

    private static IEnumerable<string> Values(RequestDraft draft) => draft.Headers.Concat(draft.Query).Select(pair => pair.Value);
}
