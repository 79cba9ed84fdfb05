using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations;

/// <summary>What kinds have in common to which the app's identity sends.</summary>
internal static class EntraColumns
{
    /// <summary>The column of the identity that asks for tokens.</summary>
    public static RowParameter ClientId { get; } = DestinationColumn.Text("clientId", "Client id of the user-assigned identity that sends; without it the app's own identity.");

    /// <summary>What the hosts of Event Hubs and Service Bus end in.</summary>
    public static readonly string[] ServiceBusHosts = [".servicebus.windows.net", ".servicebus.usgovcloudapi.net", ".servicebus.chinacloudapi.cn"];

    /// <summary>Checks the address and the identity.</summary>
    public static void Check(BoundParameters columns, Uri url, string what, string[] hosts, Problems problems)
    {
        CloudHosts.Check(url, what, hosts, problems);
        CheckClientId(columns, problems);
    }

    /// <summary>Checks the form of the identity's id.</summary>
    public static void CheckClientId(BoundParameters columns, Problems problems)
    {
        if (columns[ClientId.Name] is { } clientId && !Guid.TryParseExact(clientId, "D", out _))
        {
            problems.Add(ClientId.Name, "is no client id of an identity: 32 hex digits in five groups. It is not the identity's object id.");
        }
    }
}
