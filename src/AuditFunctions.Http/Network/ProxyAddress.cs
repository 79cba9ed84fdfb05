using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Http.Network;

/// <summary>The address of a proxy, as rows give it.</summary>
public static class ProxyAddress
{
    /// <summary>The column of the address.</summary>
    public const string Column = SourceColumns.Proxy;

    /// <summary>The column of the proxy's user name and password.</summary>
    public const string Credentials = SourceColumns.ProxyCredentials;

    /// <summary>Reads a row's address; null when there is none, or it is wrong.</summary>
    /// <param name="text">The address, if the row has one.</param>
    /// <param name="hasCredentials">Whether the row has credentials for it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static Uri? Read(string? text, bool hasCredentials, Problems problems)
    {
        if (text is null)
        {
            if (hasCredentials)
            {
                problems.Add(Credentials, "is not used without a proxy; name one, or remove it.");
            }

            return null;
        }

        if (Parse(text) is { } address)
        {
            return address;
        }

        problems.Add(Column, $"is no address of a proxy; allowed: http://, https:// or socks5:// with a host and a port, such as http://proxy.acme.example:3128. User name and password stand in {Credentials}.");
        return null;
    }

    private static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "socks5"
        && url.Host.Length > 0 && url.Port > 0 && url.UserInfo.Length == 0 && url.PathAndQuery is "/" or "" && url.Fragment.Length == 0 ? url : null;
}
