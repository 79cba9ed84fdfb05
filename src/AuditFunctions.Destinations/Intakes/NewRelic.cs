using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>New Relic's Log API ("Send your logging data with our Log API", docs.newrelic.com, read 2026-11-26).</summary>
internal static class NewRelic
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "newrelic",
        Title = "New Relic Logs.",
        Proof = "202 without an error inside.",
        Columns = [.. Regions("region", "Region of the account.", "us", "eu", "jp", "fedramp"), DestinationColumn.Secret("licenseKey", "Licence key.", required: true)],
        UsualColumns = ["region"],
        Address = (columns, problems) => AddressOf(columns, problems, HostOf(columns["region"]!), "/log/v1"),
        Credential = (_, secrets) => [("Api-Key", secrets["licenseKey"].Reveal())],
        Frames = new IntakeFrames
        {
            Kind = "newrelic/1",
            Open = "[{\"common\":{\"attributes\":{\"logtype\":\"audit\","u8.ToArray(),
            Start = [Part("\"audit_source\":\"", IntakeField.Source), Part("\",\"audit_partition\":\"", IntakeField.Partition), .. Origin(), Part("\"}},\"logs\":[", IntakeField.None)],
            Frame =
            [
                Part("{\"attributes\":{\"audit_id\":\"", IntakeField.Id, "\""), Part(",\"audit_time\":\"", IntakeField.Instant, "\""), Part("}", IntakeField.None), Part(",\"timestamp\":", IntakeField.Milliseconds), Part(",\"message\":\"", IntakeField.Text),
            ],
            Close = "\"}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]}]"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Array = new JsonPlace("0.logs"),
                Event = new JsonPlace("message"),
                Encoding = EventEncoding.Text,
                Id = new JsonPlace("attributes.audit_id"),
                Time = new JsonPlace("attributes.audit_time"),
            },
        },
        MostBodyBytes = 1_000_000,
        BodyBytes = 900_000,

        // What is longer than 128 KB is cut off, and 202 answered.
        MaxEventBytes = 120_000,
        Answer = Only(202),
    };

    private static string HostOf(string region) => region switch
    {
        "eu" => "https://log-api.eu.newrelic.com",
        "jp" => "https://log-api.jp.newrelic.com",
        "fedramp" => "https://gov-log-api.newrelic.com",
        _ => "https://log-api.newrelic.com",
    };
}
