using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>The rule for names of request headers: a name that HTTP does not allow would be left out without a word.</summary>
internal static class HeaderName
{
    /// <summary>Reports a name that is not allowed; the caller reports a missing one.</summary>
    public static void Check(string name, string where, Problems problems)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            problems.Add(where, $"holds the name '{name}'; a header name has letters, digits and '-'.");
        }
        else if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
        {
            // The name of TLS follows it: another server behind the same address would get the credentials.
            problems.Add(where, "holds the name 'Host'; the host is that of the address.");
        }
    }
}
