using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuditFunctions.Http.Network;

/// <summary>The HTTP client of one source or destination whose way out is its own: a proxy, certificate authorities, a certificate. Thread safe.</summary>
/// <param name="proxy">The proxy; null for that of the environment, if there is one.</param>
/// <param name="addresses">Which addresses connections may go to, the proxy's own included; null for all.</param>
public sealed class OwnNetwork(Uri? proxy, AddressRules? addresses)
{
    private readonly Lock _gate = new();
    private (NetworkSecrets Secrets, HttpClient Client)? _latest;

    /// <summary>The proxy; null for that of the environment, if there is one.</summary>
    public Uri? Proxy => proxy;

    /// <summary>Makes what sits between the client and the network; null for nothing.</summary>
    public Func<DelegatingHandler>? Between { get; init; }

    /// <summary>The client, made anew when a secret was rotated. The former one is left to requests that are under way, and its connections end by themselves.</summary>
    /// <exception cref="CryptographicException">A secret is not in PEM.</exception>
    public HttpClient ClientOf(NetworkSecrets secrets)
    {
        lock (_gate)
        {
            if (_latest is { } known && known.Secrets.SameAs(secrets))
            {
                return known.Client;
            }

            var client = Create(secrets);
            _latest = (secrets, client);
            return client;
        }
    }

    private HttpClient Create(NetworkSecrets secrets)
    {
        var handler = OutgoingHandler.Create(proxy is null ? addresses : addresses?.WithProxies());
        try
        {
            // They live as long as the handler, which nobody knows the end of.
            handler.SslOptions = TlsOptions.Of(serverName: null, secrets.Authorities, secrets.Certificate, new List<X509Certificate2>());
            if (proxy is not null)
            {
                handler.Proxy = new WebProxy(proxy) { Credentials = CredentialsOf(secrets) };
            }

#pragma warning disable RS0030 // The factory makes clients by name; this one hangs on the secrets of a row.
            return new HttpClient(Outermost(handler)) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private HttpMessageHandler Outermost(HttpMessageHandler handler)
    {
        if (Between?.Invoke() is not { } between)
        {
            return handler;
        }

        between.InnerHandler = handler;
        return between;
    }

    private static NetworkCredential? CredentialsOf(NetworkSecrets secrets)
    {
        if (secrets.ProxyCredentials?.Reveal() is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new NetworkCredential(text, "") : new NetworkCredential(text[..colon], text[(colon + 1)..]);
    }
}
