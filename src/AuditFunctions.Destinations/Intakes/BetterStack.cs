using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Better Stack Logs ("Ingesting logs", betterstack.com, read 2026-11-26).</summary>
internal static class BetterStack
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "betterstack",
        Title = "Better Stack Logs.",
        Proof = "202 without an error inside.",
        Columns =
        [
            DestinationColumn.Url("https://s123456.eu-nbg-2.betterstackdata.com", "The source's ingesting host."),
            DestinationColumn.Secret("token", "The source's token.", required: true),
        ],
        Address = (columns, problems) => WithPath(columns.UrlOf(), "", problems),
        Credential = (_, secrets) => Bearer(secrets),
        Frames = IntakeLines.Of("betterstack/1", time: "dt"),
        MediaType = "application/x-ndjson",
        MostBodyBytes = 10_000_000,
        BodyBytes = 1_000_000,
        Answer = Only(202),
    };
}
