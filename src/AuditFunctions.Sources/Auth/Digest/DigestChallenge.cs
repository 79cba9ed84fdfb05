namespace AuditFunctions.Sources.Auth.Digest;

/// <summary>What a server wants to see proved (RFC 7616, section 3.3).</summary>
/// <param name="Realm">Whose names and passwords count.</param>
/// <param name="Nonce">What the answer is made of, besides.</param>
/// <param name="Opaque">To be sent back as it is; null when there is none.</param>
/// <param name="Algorithm">MD5 or SHA-256, as the server writes it; null when it does not say.</param>
/// <param name="HasQop">Whether the server knows quality of protection, with <c>auth</c> among it; else it wants the form of RFC 2069.</param>
internal sealed record DigestChallenge(string Realm, string Nonce, string? Opaque, string? Algorithm, bool HasQop)
{
    /// <summary>Whether it is hashed with SHA-256.</summary>
    public bool IsSha256 => Algorithm?.StartsWith("SHA-256", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether the password's hash is tied to the nonce.</summary>
    public bool IsSession => Algorithm?.EndsWith("-sess", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads the strongest challenge of an answer that can be met; null when there is none.</summary>
    public static DigestChallenge? Of(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values)
            ? values.Select(Read).OfType<DigestChallenge>().OrderByDescending(challenge => challenge.IsSha256).FirstOrDefault()
            : null;

    private static DigestChallenge? Read(string value)
    {
        const string Scheme = "Digest ";
        var start = value.IndexOf(Scheme, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var parameters = Parameters(value.AsSpan(start + Scheme.Length));
        var algorithm = parameters.GetValueOrDefault("algorithm");
        var known = algorithm is null || algorithm.ToUpperInvariant() is "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS";
        var qop = parameters.GetValueOrDefault("qop")?.Split(',', StringSplitOptions.TrimEntries);
        return known && parameters.TryGetValue("realm", out var realm) && parameters.TryGetValue("nonce", out var nonce)
            && qop?.Contains("auth", StringComparer.OrdinalIgnoreCase) != false
            ? new DigestChallenge(realm, nonce, parameters.GetValueOrDefault("opaque"), algorithm, qop is not null)
            : null;
    }

    private static Dictionary<string, string> Parameters(ReadOnlySpan<char> text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (text.IndexOf('=') is var equals and > 0)
        {
            var name = text[..equals].Trim(" ,\t").ToString();
            text = text[(equals + 1)..].TrimStart();
            var isQuoted = text.StartsWith("\"");
            var value = new System.Text.StringBuilder();
            var at = isQuoted ? 1 : 0;
            for (; at < text.Length && (isQuoted ? text[at] != '"' : text[at] is not (',' or ' ')); at++)
            {
                at += isQuoted && text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
                value.Append(text[at]);
            }

            text = text[Math.Min(text.Length, at + 1)..];
            found.TryAdd(name, value.ToString());
        }

        return found;
    }
}
