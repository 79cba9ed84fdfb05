using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Importing;

/// <summary>An address of another collector's configuration, as a row may hold it: https, and without anything secret.</summary>
internal static class ImportedAddress
{
    private static readonly string[] SecretWords = ["key", "token", "secret", "password", "auth", "sig", "credential"];

    /// <summary>Whether a name is that of a secret.</summary>
    public static bool IsSecretWord(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The address; null, with a note, where it is not one.</summary>
    /// <param name="import">Takes the notes.</param>
    /// <param name="about">The row, for notes.</param>
    /// <param name="key">Where the address stands.</param>
    /// <param name="text">The address.</param>
    public static string? Of(RowImport import, string about, string key, string text)
    {
        if (RowImport.HasVariable(text) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            import.Note(about, $"'{key}' is no address without variables; write 'url' into the row.");
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            import.Note(about, $"user name and password in '{key}' are left out; use 'auth: basic' with 'username' and 'password'.");
        }

        var isSecret = IsSecretWord(url.Query);
        if (isSecret)
        {
            import.Note(about, $"the query of '{key}' may hold a secret and is left out; name that in a column of its own.");
        }

        const UriComponents Parts = UriComponents.AbsoluteUri & ~UriComponents.UserInfo;
        var address = url.GetComponents(isSecret ? Parts & ~UriComponents.Query : Parts, UriFormat.UriEscaped);
        address = url.PathAndQuery == "/" && !text.EndsWith('/') ? address.TrimEnd('/') : address;
        if (url.Scheme != Uri.UriSchemeHttp || HttpsUrl.IsAllowed(url))
        {
            return address;
        }

        import.Note(about, $"'{key}' is an http:// address, which no row may have, since whoever is on the way could read what it carries: https:// stands in its place. See that it answers there.");
        return $"https{address[Uri.UriSchemeHttp.Length..]}";
    }
}
