namespace AuditFunctions.Destinations.Transport;

/// <summary>Checks names of headers that a row gives.</summary>
internal static class RequestHeader
{
    /// <summary>What is wrong with one that is not valid.</summary>
    public const string Wrong = "is no name of a request header that may be set; write one such as X-Api-Key.";

    /// <summary>Whether it may be set. Not a token (RFC 9110, section 5.6.2), or a header of the content, would silently not be sent; the host is that of the address.</summary>
    public static bool IsName(string name)
    {
        using var message = new HttpRequestMessage();
        return !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && message.Headers.TryAddWithoutValidation(name, "");
    }
}
