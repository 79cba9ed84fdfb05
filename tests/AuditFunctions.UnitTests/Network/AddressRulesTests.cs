using System.Net;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Tests.Network;

/// <summary>Which addresses a vendor may have.</summary>
public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Addresses_of_the_Internet_are_allowed(string address) => Assert.True(Rules("").IsAllowed("vendor.example", IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.0/8")]
    [InlineData("172.16.0.1", "172.16.0.1")]
    [InlineData("172.31.255.255", "172.31.0.0/16")]
    [InlineData("192.168.1.1", "vendor.corp.example")]
    [InlineData("100.64.0.1", "*.corp.example")]
    [InlineData("fd12::1", "fd00::/8")]
    [InlineData("fc00::1", "*")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.0/24")]
    [InlineData("64:ff9b::a00:1", "10.0.0.1")]
    [InlineData("192.0.0.8", "192.0.0.0/24")]
    [InlineData("198.19.0.1", "198.18.0.0/15")]
    [InlineData("::10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1", "10.0.0.1")]
    [InlineData("64:ff9b:1::a00:1", "64:ff9b:1::/48")]
    [InlineData("2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001::/32")]
    [InlineData("2002:a00:1::1", "a.example, 10.0.0.1 ; b.example")]
    public void Private_addresses_are_allowed_where_the_setting_names_them(string address, string hosts)
    {
        Assert.False(Rules("").IsAllowed("vendor.corp.example", IPAddress.Parse(address)));
        Assert.False(Rules("other.example, *.other.example, 10.77.0.0/16").IsAllowed("vendor.corp.example", IPAddress.Parse(address)));
        Assert.True(Rules(hosts).IsAllowed("vendor.corp.example", IPAddress.Parse(address)));
    }

    /// <summary>Clouds answer there with credentials of their machines.</summary>
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.1.1")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd00:ec2::23")]
    [InlineData("fd20:ce::254")]
    [InlineData("192.0.0.192")]
    [InlineData("::169.254.169.254")]
    [InlineData("::ffff:0:169.254.169.254")]
    [InlineData("fe80::1%2")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    public void Addresses_of_the_link_and_of_clouds_are_never_allowed(string address) =>
        Assert.False(Rules($"*, {address}").IsAllowed("vendor.example", IPAddress.Parse(address)));

    /// <summary>A name of somebody else that leads here would let a row ask what listens on this machine only.</summary>
    [Theory]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("LOCALHOST", "::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("vendor.example", "127.0.0.1", false)]
    [InlineData("vendor.example", "::1", false)]
    [InlineData("vendor.example", "::ffff:127.0.0.1", false)]
    public void This_machine_is_allowed_by_its_own_name_only(string host, string address, bool allowed) =>
        Assert.Equal(allowed, Rules("*").IsAllowed(host, IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://a.example")]
    [InlineData("a.example/x")]
    [InlineData("10.0.0.1/33")]
    [InlineData("a b c:1")]
    public void What_is_neither_host_nor_network_is_told(string text) => Assert.Contains("is neither a host", Assert.Throws<FormatException>(() => PrivateHosts.Parse(text)).Message, StringComparison.Ordinal);

    private static AddressRules Rules(string hosts) => new(PrivateHosts.Parse(hosts), "Fetching__PrivateHosts");
}
