namespace AuditFunctions.Http.Network;

/// <summary>The address of a proxy, as rows give it.</summary>
public static class ProxyAddress
{
    /// <summary>What is wrong with a text; null when nothing is.</summary>
    public static string? WhatIsWrong(string text) => Parse(text) is null
        ? "is no address of a proxy; allowed: http://, https:// or socks5:// with a host and a port, such as http://proxy.acme.example:3128. User name and password stand in proxyCredentials."
        : null;

    /// <summary>Reads an address; null when it is none.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "socks5"
        && url.Host.Length > 0 && url.Port > 0 && url.UserInfo.Length == 0 && url.PathAndQuery is "/" or "" && url.Fragment.Length == 0 ? url : null;
}
