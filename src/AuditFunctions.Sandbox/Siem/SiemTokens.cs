using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>Checks Authorization headers, in Splunk's codes.</summary>
internal sealed class SiemTokens(string? token)
{
    private volatile HashSet<string> _accepted = token is null ? [] : [token];

    /// <summary>Accepts exactly these from now on.</summary>
    public void AcceptOnly(IEnumerable<string> tokens) => _accepted = [.. tokens];

    /// <summary>The code of a header: 0 accepted, 2 none, 3 not understood, 4 wrong token.</summary>
    /// <param name="authorization">The header, or the empty string.</param>
    /// <param name="scheme">The scheme that is expected; Basic with the token as password is accepted too.</param>
    public int Check(string authorization, string scheme)
    {
        if (token is null)
        {
            return 0;
        }

        if (authorization.Length == 0)
        {
            return 2;
        }

        var parts = authorization.Split(' ', 2);
        if (parts.Length == 2 && parts[0].Equals(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return _accepted.Contains(parts[1]) ? 0 : 4;
        }

        return parts.Length == 2 && parts[0].Equals("Basic", StringComparison.OrdinalIgnoreCase)
            ? _accepted.Contains(PasswordOf(parts[1])) ? 0 : 4
            : 3;
    }

    private static string PasswordOf(string basic)
    {
        var bytes = new byte[basic.Length];
        return Convert.TryFromBase64String(basic, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)).Split(':', 2)[^1] : "";
    }
}
