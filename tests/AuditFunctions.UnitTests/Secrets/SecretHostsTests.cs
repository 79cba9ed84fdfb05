using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Tests.Secrets;

/// <summary>Where a secret may be sent, as whoever keeps it said.</summary>
public sealed class SecretHostsTests
{
    [Theory]
    [InlineData("acme.okta.com", "https://acme.okta.com/api", true)]
    [InlineData("acme.okta.com", "https://ACME.okta.com./", false)]
    [InlineData("acme.okta.com", "https://ACME.okta.com/", true)]
    [InlineData("acme.okta.com", "https://acme.okta.com:8443/", true)]
    [InlineData("acme.okta.com", "https://acme.okta.com.evil.example/", false)]
    [InlineData("acme.okta.com", "https://evil-acme.okta.com/", false)]
    [InlineData("acme.okta.com", "https://x.acme.okta.com/", false)]
    [InlineData("*.okta.com", "https://acme.okta.com/", true)]
    [InlineData("*.okta.com", "https://a.b.okta.com/", true)]
    [InlineData("*.okta.com", "https://okta.com/", false)]
    [InlineData("*.okta.com", "https://evilokta.com/", false)]
    [InlineData("splunk.acme.example:8088", "https://splunk.acme.example:8088/", true)]
    [InlineData("splunk.acme.example:8088", "https://splunk.acme.example/", false)]
    [InlineData("*.acme.example:8088", "https://splunk.acme.example:8088/", true)]
    [InlineData("a.example, b.example;c.example\n d.example", "https://d.example/", true)]
    [InlineData("10.1.2.3", "https://10.1.2.3:8089/", true)]
    [InlineData("[fd00::1]:8089", "https://[fd00::1]:8089/", true)]
    [InlineData("fd00::1", "https://[FD00:0::1]/", true)]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/", true)]
    [InlineData("127.0.0.1", "tcp://127.0.0.1:514", true)]
    public void A_host_is_one_of_those_that_are_named_or_is_not(string hosts, string url, bool allowed) => Assert.Equal(allowed, SecretHosts.Parse(hosts)!.Allow(new Uri(url)));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(" ,\n; ")]
    public void Nothing_says_nothing(string? text) => Assert.Null(SecretHosts.Parse(text));

    [Theory]
    [InlineData("https://acme.okta.com")]
    [InlineData("acme.okta.com/api")]
    [InlineData("acme.okta.com?x")]
    [InlineData("user@acme.okta.com")]
    [InlineData("*")]
    [InlineData("*.com")]
    [InlineData("a*.okta.com")]
    [InlineData("acme.*.com")]
    [InlineData("*.10.0.0.1")]
    [InlineData("acme.okta.com:x")]
    [InlineData("acme.okta.com:70000")]
    [InlineData("a..b")]
    public void What_is_no_host_is_told_and_never_taken_for_anything(string text) =>
        Assert.Contains($"'{text}' is no host", Assert.Throws<FormatException>(() => SecretHosts.Parse("fine.example, " + text)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_host_allows_none() => Assert.False(SecretHosts.None.Allow("acme.okta.com", 443));
}
