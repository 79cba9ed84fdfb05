using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>The rule for names of request headers: a name that HTTP does not allow would be left out without a word.</summary>
internal static class HeaderName
{
    /// <summary>Reports a name that is none; a missing one is reported by who asks for it.</summary>
    public static void Check(string name, string where, Problems problems)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            problems.Add(where, $"holds the name '{name}'; a header name has letters, digits and '-'.");
        }
    }
}
