using System.Globalization;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Configuration.Rows;

/// <summary>Checks the text of a parameter against its type. Rows are untrusted input.</summary>
internal static class ParameterText
{
    /// <summary>Longest text of a parameter, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>What is wrong and what is allowed, or null.</summary>
    public static string? WhatIsWrong(RowParameter parameter, string text)
    {
        if (text.Length > MaxLength)
        {
            return $"is {text.Length} characters long; at most {MaxLength} are allowed.";
        }

        if (text.StartsWith(SecretName.Prefix, StringComparison.Ordinal))
        {
            return "is no secret parameter and takes no secret: reference.";
        }

        if (text.Any(c => char.IsControl(c) && (parameter.Type != ParameterType.Template || c is not ('\n' or '\r' or '\t'))))
        {
            return "holds a control character or line break.";
        }

        if (parameter.Allowed.Count > 0 && !parameter.Allowed.Contains(text.Trim()))
        {
            return $"is '{text}'; allowed: {string.Join(", ", parameter.Allowed)}.";
        }

        return parameter.Type switch
        {
            ParameterType.Host when !IsHost(text.Trim()) => $"is '{text}'; allowed: a host name such as {parameter.Example ?? "acme.example.com"}, without https:// and path.",
            ParameterType.Host when IsPartOf(parameter.Example, text.Trim()) => $"is '{text}', which is no whole host name; allowed: one such as {parameter.Example}.",
            ParameterType.Url => HttpsUrl.WhatIsWrong(text.Trim()),
            ParameterType.Integer when !int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out _) => $"is '{text}'; allowed: a whole number.",
            ParameterType.Boolean when !bool.TryParse(text, out _) => $"is '{text}'; allowed: true, false.",
            ParameterType.Duration when !Durations.TryParse(text, out _) => $"is '{text}'; allowed: {Durations.Allowed}.",
            _ => null,
        };
    }

    // Where the example is a vendor's whole name, one word is a tenant or a region, not a host. A host with a port may be a name of one's own network.
    private static bool IsPartOf(string? example, string host) =>
        example is not null && example.Contains('.', StringComparison.Ordinal) && !example.Contains(':', StringComparison.Ordinal)
        && !host.AsSpan().ContainsAny('.', ':') && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(string text) =>
        text.Length <= 253
        && Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var uri)
        && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '_' or '[' or ']');
}
