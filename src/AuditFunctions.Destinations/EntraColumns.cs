using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations;

/// <summary>What kinds have in common to which the app's identity sends.</summary>
internal static class EntraColumns
{
    /// <summary>The column of the identity that asks for tokens.</summary>
    public static RowParameter ClientId { get; } = DestinationColumn.Text("clientId", "Client id of the user-assigned identity that sends; without it the app's own identity.");

    /// <summary>Checks the address and the identity.</summary>
    public static void Check(BoundParameters columns, Uri url, string what, string[] hosts, Problems problems)
    {
        CheckHost(url, what, hosts, problems);
        CheckClientId(columns, problems);
    }

    /// <summary>A token must never be sent anywhere else than to a cloud's own hosts, whatever a row says; but for this machine itself.</summary>
    /// <returns>Whether it may be.</returns>
    public static bool CheckHost(Uri url, string what, string[] hosts, Problems problems)
    {
        var isOfCloud = url.IsLoopback || Array.Exists(hosts, host => url.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase));
        if (!isOfCloud)
        {
            problems.Add("url", $"is no address of {what}; its host ends in {string.Join(" or ", hosts)}.");
        }

        return isOfCloud;
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
