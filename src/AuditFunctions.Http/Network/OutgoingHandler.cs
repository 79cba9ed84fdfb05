using System.Net;

namespace AuditFunctions.Http.Network;

/// <summary>The handler of every HTTP client for vendors and destinations. Redirects could carry credentials elsewhere, cookies could mix sources up: neither here.</summary>
public static class OutgoingHandler
{
    /// <summary>Makes one.</summary>
    /// <param name="addresses">Which addresses connections may go to; null for all.</param>
    public static SocketsHttpHandler Create(AddressRules? addresses)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
        };
        if (addresses is not null)
        {
            handler.ConnectCallback = addresses.ConnectAsync;
        }

        return handler;
    }
}
