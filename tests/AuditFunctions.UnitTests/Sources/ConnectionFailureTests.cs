using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditFunctions.Http;

namespace AuditFunctions.Tests.Sources;

/// <summary>Why there is no answer, in words that say what to look at.</summary>
public sealed class ConnectionFailureTests
{
    [Fact]
    public async Task A_port_where_nobody_listens_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = listener.LocalEndpoint.ToString();
        listener.Stop();
        Assert.Equal($"Failed 0: no answer: the connection was refused by {server}", await AskAsync($"http://{server}"));
    }

    [Theory]
    [InlineData("127.0.0.1", -400, -30, "has expired or is not valid yet")]
    [InlineData("127.0.0.1", -1, 30, "is not signed by an authority that is trusted here")]
    [InlineData("192.0.2.1", -1, 30, "is for another name")]
    public async Task A_certificate_that_is_not_good_is_named_with_what_is_wrong(string address, int fromDays, int toDays, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = GreetAsync(listener, address, fromDays, toDays);
        Assert.Equal($"Failed 0: no answer: the certificate of {listener.LocalEndpoint} {expected}", await AskAsync($"https://{listener.LocalEndpoint}"));
        await serving;
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "the name api.acme.example was not found")]
    [InlineData(SocketError.TryAgain, "the name api.acme.example was not found")]
    [InlineData(SocketError.TimedOut, "api.acme.example:443 took too long to accept the connection")]
    [InlineData(SocketError.NetworkUnreachable, "there is no way to api.acme.example:443 from here")]
    [InlineData(SocketError.ConnectionReset, "api.acme.example:443 closed the connection")]
    public void Errors_of_the_network_are_said_in_words(SocketError error, string expected) => Assert.Equal(
        expected,
        ConnectionFailure.InWords(new HttpRequestException("x", new SocketException((int)error)), new Uri("https://api.acme.example/v1?key=k")));

    [Fact]
    public async Task A_proxy_that_cannot_be_reached_is_named_and_not_the_vendor_behind_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var proxy = listener.LocalEndpoint.ToString();
        listener.Stop();
        Assert.Equal(
            $"Failed 0: no answer: the connection was refused by {proxy}, the proxy on the way to api.acme.example:443",
            await AskAsync("https://api.acme.example", ("proxy", $"http://{proxy}")));
    }

    [Theory]
    [InlineData("https", "407 Proxy Authentication Required", "Failed 0: no answer: the proxy gave no way to api.acme.example:443: it answered 407 and wants credentials; check proxyCredentials")]
    [InlineData("https", "403 Forbidden", "Failed 0: no answer: the proxy gave no way to api.acme.example:443: it answered 403; allow that host there")]
    [InlineData("https", "502 Bad Gateway", "Failed 0: no answer: the proxy gave no way to api.acme.example:443: it answered 502")]
    public async Task What_a_proxy_answers_instead_of_the_vendor_is_said(string scheme, string status, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerAsync(listener, $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 19\r\nConnection: close\r\n\r\n<html>sorry</html>\r\n");
        Assert.Equal(expected, await AskAsync($"{scheme}://api.acme.example", ("proxy", $"http://{listener.LocalEndpoint}")));
        listener.Stop();
        await serving;
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/v1", "127.0.0.1:9 closed the connection before its answer was whole; if it speaks TLS, write https://")]
    [InlineData("https://127.0.0.1:9/v1", "127.0.0.1:9 closed the connection before its answer was whole")]
    public void A_server_that_hangs_up_on_plain_HTTP_may_speak_TLS(string url, string expected) =>
        Assert.Equal(expected, ConnectionFailure.InWords(new HttpRequestException(HttpRequestError.ResponseEnded), new Uri(url)));

    private static async Task<string> AskAsync(string url, params (string, string?)[] columns)
    {
        await using var pull = new Pull();
        return Pull.Tell(await pull.AskAsync(Pull.DefineYaml(url, "{ request: { path: /x }, time: at }", columns)));
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAsync(new byte[8192]);
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task GreetAsync(TcpListener listener, string address, int fromDays, int toDays)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            await tls.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, as it should.
        }
    }
}
