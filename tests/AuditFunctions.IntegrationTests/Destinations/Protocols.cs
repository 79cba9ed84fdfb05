using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Tests.Destinations;

/// <summary>What destinations on HTTP say of themselves, without a request.</summary>
internal static class Protocols
{
    public static IHttpProtocol Of(DestinationDefinition definition)
    {
        var services = new SenderServices(() => throw new InvalidOperationException("no request is made"), _ => throw new InvalidOperationException("nobody signs in"), TimeProvider.System);
        return Assert.IsType<HttpSender>(definition.CreateSender(services)).Protocol;
    }

    /// <summary>The meaning of a whole answer to a body of ten events.</summary>
    public static SendResult Meaning(this IHttpProtocol protocol, int status, string body, bool isCheck = false) =>
        HttpSender.Meaning(protocol, new HttpAnswer { Status = status, Body = Encoding.UTF8.GetBytes(body), IsWhole = true, Events = 10 }, isCheck);
}
