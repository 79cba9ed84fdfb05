using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Exabeam New-Scale by a webhook cloud collector for JSON ("Generic Webhook Cloud Collector", docs.exabeam.com, read 2026-11-27).</summary>
internal static class Exabeam
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "exabeam",
        Title = "Exabeam New-Scale by a webhook cloud collector.",
        Columns =
        [
            .. Regions("region", "Region of the tenant.", "us-west", "us-east", "ca", "eu", "ch", "sg", "jp", "au", "sa"),
            DestinationColumn.Secret("token", "The collector's authentication token.", required: true),
        ],
        UsualColumns = ["region"],
        Address = (columns, problems) => AddressOf(columns, problems, $"https://api2.{columns["region"]}.exabeam.cloud", "/cloud-collectors/v1/logs/json"),
        Credential = (_, secrets) => Bearer(secrets),
        Frames = IntakeLines.Array,

        // A compressed body is declared as such a file as well.
        GzipMediaType = "application/gzip",
        MostBodyBytes = 30_000_000,
        BodyBytes = 1_000_000,
        Quiet = new QuietSuccess(IsEmpty: false, 200),
    };
}
