using System.Net;

namespace Azure.Data.Tables.Http;

/// <summary>Endpoints are <c>https://account.table.suffix</c>, or <c>http://host:port/account</c> at an emulator.</summary>
internal static class TableEndpoint
{
    /// <summary>A query in an endpoint would be a signature: it belongs into a credential, where nothing prints it.</summary>
    public static void Check(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || endpoint.Query.Length > 0 || endpoint.UserInfo.Length > 0)
        {
            throw new ArgumentException("Must be an absolute URL without a query; pass a signature as a credential.", nameof(endpoint));
        }
    }

    public static string AccountName(Uri endpoint)
    {
        var pathStyle = IPAddress.TryParse(endpoint.Host, out _) || !endpoint.Host.Contains('.', StringComparison.Ordinal);
        return pathStyle ? endpoint.AbsolutePath.Split('/', 3)[1] : endpoint.Host.Split('.', 2)[0];
    }
}
