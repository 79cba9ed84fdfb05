using AuditFunctions.Configuration;
using AuditFunctions.Sources.Paging.LinkHeader;

namespace AuditFunctions.Tests.Sources;

public sealed class AddressTests
{
    private const string NoUrl = "is no absolute URL; write one such as https://api.example.com.";
    private const string NotHttps = "must be an https:// URL (http:// only to this machine itself, 127.0.0.1 or localhost).";

    [Theory]
    [InlineData("https://api.example.com", null)]
    [InlineData("https://api.example.com:8443/v1", null)]
    [InlineData("http://127.0.0.1:8080", null)]
    [InlineData("http://localhost/x", null)]
    [InlineData("http://[::1]:80", null)]
    [InlineData("http://api.example.com", NotHttps)]
    [InlineData("http://127.0.0.1.example.com", NotHttps)]
    [InlineData("http://10.0.0.1", NotHttps)]
    [InlineData("ftp://api.example.com", NotHttps)]
    [InlineData("file:///etc/passwd", NoUrl)]
    [InlineData("api.example.com", NoUrl)]
    [InlineData("/path", NoUrl)]
    [InlineData("", NoUrl)]
    [InlineData("https://", NoUrl)]
    [InlineData("https://user:s3cret@api.example.com", "must not hold a user name or password.")]
    public void Only_https_or_this_machine_is_called(string url, string? expected) => Assert.Equal(expected, HttpsUrl.WhatIsWrong(url));

    [Theory]
    [InlineData("https://a.example/x", "https://A.example:443/y", true)]
    [InlineData("https://a.example", "http://a.example", false)]
    [InlineData("https://a.example", "https://a.example:444", false)]
    [InlineData("https://a.example", "https://b.example", false)]
    [InlineData("https://a.example", "https://a.example.evil.example", false)]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example", true)]
    public void Two_addresses_are_the_same_origin_by_scheme_host_and_port(string one, string other, bool same) =>
        Assert.Equal(same, HttpsUrl.SameOrigin(new Uri(one), new Uri(other)));

    [Theory]
    [InlineData("<https://a/?p=2>; rel=\"next\"", "https://a/?p=2")]
    [InlineData("<https://a/?p=2>;rel=next", "https://a/?p=2")]                                     // no quotes, no blank
    [InlineData("<https://a/1>; rel=\"self\", <https://a/2>; rel=\"next\"", "https://a/2")]
    [InlineData("<https://a/1>; rel=\"self\"", null)]
    [InlineData("<https://a/2>; title=\"x, <y>; rel=next\"; rel=\"prev\"", null)]                   // inside a quoted title
    [InlineData("<https://a/2>; title=\"a \\\" ; rel=next\"; rel=prev", null)]                      // with a quote in it
    [InlineData("<https://a/2>; title=\"x, y\"; rel=\"next\"", "https://a/2")]
    [InlineData("<https://a/?q=1,2;3>; rel=\"next\"", "https://a/?q=1,2;3")]                        // comma and semicolon in the URL
    [InlineData("<https://a/2>; REL=\"NEXT\"", "https://a/2")]
    [InlineData("<https://a/2>; rel=\"last next\"", "https://a/2")]                                 // several relations
    [InlineData("<https://a/2>; rel=\"nextish\"", null)]
    [InlineData("< /relative >; rel=next", "/relative")]
    [InlineData("<https://a/2; rel=next", null)]
    [InlineData("rel=next", null)]
    [InlineData("", null)]
    public void The_next_link_is_found_in_a_header(string header, string? expected) => Assert.Equal(expected, new LinkHeaderPaging("next").Find(header));
}
