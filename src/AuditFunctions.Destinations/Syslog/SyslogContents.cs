using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>Reads from a row what messages say.</summary>
internal static class SyslogContents
{
    private static readonly string[] OfNames = ["eventId", "vendor", "product"];
    private const string Action = "eventType|event_type|action|eventName|event_name|operation|Operation|activity|type|name|event";
    private const string User = "actor.alternateId|actor.email|actor.login|actor.name|actor|user.email|user.login|user.name|userName|username|user|email|UserId";
    private const string Address = "client.ipAddress|actor_ip|ipAddress|ip_address|ip|sourceIPAddress|source_ip|clientIp|ClientIP|client_ip|remote_ip";
    private const string Outcome = "outcome.result|outcome|result|status";

    /// <summary>The fields of CEF that a row without a map gets.</summary>
    public const string CefFields =
        $"rt=@millis, externalId=@id, act={Action}, suser={User}, src={Address}, outcome={Outcome}, cs1Label='source', cs1=@source, cs2Label='partition', cs2=@partition, cs3Label='template', cs3=@template, cs4Label='vendor', cs4=@vendor, deviceCustomDate1Label='fetched', deviceCustomDate1=@fetchedMillis, msg=@event";

    /// <summary>The attributes of LEEF that a row without a map gets.</summary>
    public const string LeefFields = $"devTime=@millis, usrName={User}, src={Address}, outcome={Outcome}, auditSource=@source, auditPartition=@partition, auditId=@id, auditTemplate=@template, auditVendor=@vendor, auditFetched=@fetched, auditEvent=@event";

    /// <summary>The columns of the fields.</summary>
    public static IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Text("fields", "cef, leef2, leef1, csv: name=path, with commas between; alternatives with '|'. Without it the fields of the page.", example: "usrName=actor.email|actor.login, rt=@millis"),
        DestinationColumn.Text("eventId", "cef, leef2, leef1: paths of what an event is, for the header.", example: "eventType|action"),
        DestinationColumn.Text("vendor", "cef, leef2, leef1: the vendor in the header; without it AuditFunctions.", example: "Okta"),
        DestinationColumn.Text("product", "cef, leef2, leef1: the product in the header; without it the source's name."),
    ];

    /// <summary>What messages say.</summary>
    public static SyslogContent Read(string message, BoundParameters columns, Problems problems)
    {
        var isNamed = message is "cef" or "leef1" or "leef2";
        foreach (var column in OfNames.Where(column => !isNamed && columns[column] is not null))
        {
            problems.Add(column, $"is not used by message '{message}'; remove it.");
        }

        if (message is "json" or "envelope")
        {
            if (columns["fields"] is not null)
            {
                problems.Add("fields", $"is not used by message '{message}'; remove it.");
            }

            return new JsonContent(hasEnvelope: message == "envelope");
        }

        if (message == "csv" && columns["fields"] is null)
        {
            problems.Add("fields", "is missing: message 'csv' needs it.");
        }

        var fields = FieldMap.Parse("fields", columns["fields"] ?? (message == "cef" ? CefFields : LeefFields), problems);
        var naming = new EventNaming(columns["vendor"] ?? "AuditFunctions", columns["product"], FieldMap.OfOne("eventId", columns["eventId"] ?? Action, problems));
        return message switch
        {
            "cef" => new CefContent(naming, fields),
            "csv" => new CsvContent(fields),
            _ => new LeefContent(isOld: message == "leef1", naming, fields),
        };
    }
}
