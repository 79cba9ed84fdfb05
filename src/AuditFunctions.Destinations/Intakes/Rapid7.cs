using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Rapid7 InsightIDR and InsightOps by a webhook log ("Webhook", docs.rapid7.com).</summary>
internal static class Rapid7
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "rapid7",
        Title = "Rapid7 InsightIDR and InsightOps by a webhook log.",
        Columns =
        [
            .. Regions("region", "Region of the account.", "us", "us2", "us3", "eu", "ca", "au", "ap"),
            DestinationColumn.Secret("token", "The log's token, the last part of its address.", required: true),
        ],
        UsualColumns = ["region"],
        Address = (columns, problems) => AddressOf(columns, problems, $"https://{columns["region"]}.webhook.logs.insight.rapid7.com", "/v1/noformat"),
        Request = (address, secrets) => new Uri($"{address.AbsoluteUri}/{Uri.EscapeDataString(secrets["token"].Reveal())}"),
        Credential = (_, _) => [],
        Frames = IntakeLines.Frames,
        MostBodyBytes = 5_000_000,
        BodyBytes = 1_000_000,
        Quiet = new QuietSuccess(IsEmpty: true, 200, 202, 204),
    };
}
