using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Http;

/// <summary>Why a server gave no answer, in plain words: who was asked, what happened.</summary>
public static partial class ConnectionFailure
{
    /// <summary>Whether the server took the request and hung up before it had answered.</summary>
    /// <param name="exception">What the client threw.</param>
    public static bool IsHangUp(HttpRequestException exception) => exception.HttpRequestError == HttpRequestError.ResponseEnded
        || exception.InnerException is { } inner && (inner as SocketException ?? inner.InnerException as SocketException)?.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted;

    /// <summary>The reason in words, with the host and port but without path and query.</summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="url">Who was asked.</param>
    public static string InWords(HttpRequestException exception, Uri url)
    {
        var (host, server) = AskedBy(exception, url);
        return OfCauses(exception, host, server, OrSpeaksTls(url)) ?? exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"the name {host} was not found",
            HttpRequestError.ConnectionError => $"no connection to {server}",
            HttpRequestError.SecureConnectionError => $"no secure connection to {server}: it may not speak TLS",
            HttpRequestError.ResponseEnded => $"{server} closed the connection before its answer was whole{OrSpeaksTls(url)}",
            HttpRequestError.ConfigurationLimitExceeded => $"the headers of {server}'s answer are larger than is taken",
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => $"what {server} answered is not HTTP{OrSpeaksTls(url)}",
            HttpRequestError.ProxyTunnelError => OfTunnel(TunnelStatus().Match(exception.Message).Groups["status"].Value, server),
            _ => $"the connection to {server} failed",
        };
    }

    /// <summary>The same for a server that speaks another protocol.</summary>
    /// <param name="exception">What the connection failed with.</param>
    /// <param name="host">Name or address of who was asked.</param>
    /// <param name="server">The same with its port.</param>
    public static string InWords(Exception exception, string host, string server) =>
        OfCauses(exception, host, server, advice: "") ?? $"the connection to {server} broke off";

    private static string? OfCauses(Exception exception, string host, string server, string advice)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            var words = cause switch
            {
                ForbiddenAddressException forbidden => forbidden.Message,
                SocketException socket => OfSocket(socket.SocketErrorCode, host, server, advice),
                AuthenticationException tls => OfCertificate(tls.Message, server),
                TimeoutException or TaskCanceledException => $"{server} took too long to accept the connection",
                _ => null,
            };
            if (words is not null)
            {
                return words;
            }
        }

        return null;
    }

    // On the way through a proxy it is the proxy that cannot be reached. The client says only in its message whom it tried: "… (host:port)".
    private static (string Host, string Server) AskedBy(HttpRequestException exception, Uri url)
    {
        var server = $"{url.IdnHost}:{url.Port}";
        if (Tried().Match(exception.Message) is not { Success: true } match)
        {
            return (url.IdnHost, server);
        }

        var host = match.Groups["host"].Value;
        var tried = $"{host}:{match.Groups["port"].Value}";
        return new[] { server, $"{url.Host.Trim('[', ']')}:{url.Port}" }.Contains(tried, StringComparer.OrdinalIgnoreCase)
            ? (url.IdnHost, server)
            : ($"{host} (the proxy on the way to {server})", $"{tried}, the proxy on the way to {server}");
    }

    // What the proxy answered stands in the message only.
    private static string OfTunnel(string status, string server) => $"the proxy gave no way to {server}" + status switch
    {
        "" => "",
        "407" => ": it answered 407 and wants credentials; check proxyCredentials",
        "403" => ": it answered 403; allow that host there",
        _ => $": it answered {status}",
    };

    [GeneratedRegex("'(?<status>[1-5][0-9]{2})'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TunnelStatus();

    private static string OrSpeaksTls(Uri url) => url.Scheme == Uri.UriSchemeHttp ? "; if it speaks TLS, write https://" : "";

    [GeneratedRegex(@"\(\[?(?<host>[^()\s\[\]]+)\]?:(?<port>[0-9]{1,5})\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tried();

    private static string? OfSocket(SocketError error, string host, string server, string advice) => error switch
    {
        SocketError.ConnectionRefused => $"the connection was refused by {server}",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {host} was not found",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"there is no way to {server} from here",
        SocketError.TimedOut => $"{server} took too long to accept the connection",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => $"{server} closed the connection{advice}",
        SocketError.AccessDenied => $"connections to {server} are not allowed here",
        _ => null,
    };

    // The reasons stand in the message only, by the names of the flags of System.Net.Security and X509Chain.
    private static string OfCertificate(string message, string server)
    {
        var what = message.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal) ? "is for another name"
            : message.Contains("NotTimeValid", StringComparison.Ordinal) ? "has expired or is not valid yet"
            : message.Contains("Revoked", StringComparison.Ordinal) ? "was revoked"
            : message.Contains("UntrustedRoot", StringComparison.Ordinal) || message.Contains("PartialChain", StringComparison.Ordinal)
                ? "is not signed by an authority that is trusted here"
            : null;
        return what is null ? $"no secure connection to {server}: it may not speak TLS" : $"the certificate of {server} {what}";
    }
}
