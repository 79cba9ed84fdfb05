using System.Text.RegularExpressions;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>
/// Addresses that are a credential themselves, whoever has them: a vendor answers with the signed address of a file, or with one that repeats our key
/// in another form.
/// </summary>
internal static partial class SignedUrls
{
    /// <summary>Whether a query parameter of that name is a credential.</summary>
    public static bool IsSecret(string name) => Name().IsMatch(name);

    /// <summary>The text without the credentials of its addresses.</summary>
    public static string Hide(string text) => Parameter().Replace(text, match => match.Groups["name"].Value + Redactor.Mark);

    [GeneratedRegex("^(sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|x-goog-credential|access_token|id_token|api[_-]?key|client_secret|password)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    // The ampersand as it stands in JSON, HTML and an address within an address, too.
    [GeneratedRegex("(?<name>([?&]|%3F|%26|\\\\u0026|&amp;)(sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|x-goog-credential|access_token|id_token|api[_-]?key|client_secret|password)(=|%3D|\\\\u003d))([A-Za-z0-9._~+/=:-]|%[0-9A-F]{2})+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
