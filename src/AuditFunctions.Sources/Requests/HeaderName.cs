using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Requests;

/// <summary>The rule for names of headers: in a request one that HTTP does not allow would be left out without a word, in an answer it would never be there.</summary>
internal static class HeaderName
{
    /// <summary>Reads a key that holds the name of a response header; null without it.</summary>
    public static string? Of(SettingReader reader, string key)
    {
        var name = reader.Text(key);
        if (name is not null && (name.Length == 0 || !name.All(IsOfName)))
        {
            reader.Problems.Add(reader.At(key), $"is '{name}', which is no name of a header: it has letters, digits and '-'.");
        }

        return name;
    }

    /// <summary>Reports a name that is not allowed; the caller reports a missing one.</summary>
    public static void Check(string name, string where, Problems problems)
    {
        if (!name.All(IsOfName))
        {
            problems.Add(where, $"holds the name '{name}'; a header name has letters, digits and '-'.");
        }
        else if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
        {
            // The name of TLS follows it: another server behind the same address would get the credentials.
            problems.Add(where, "holds the name 'Host'; the host is that of the address.");
        }
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
