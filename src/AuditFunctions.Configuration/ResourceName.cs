namespace AuditFunctions.Configuration;

/// <summary>The rule for names of sources and destinations: table keys, blob folders and log fields all hold them.</summary>
public static class ResourceName
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 63;

    /// <summary>What a message says is allowed.</summary>
    public const string Allowed = "1 to 63 lower-case letters, digits, '-', '_' and '.', starting with a letter or digit";

    /// <summary>Whether a text may be a name.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
