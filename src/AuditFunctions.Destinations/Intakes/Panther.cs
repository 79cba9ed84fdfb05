using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Panther by an HTTP source ("HTTP Source", docs.panther.com).</summary>
internal static class Panther
{
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal) { ["bearer"] = ["token"], ["header"] = ["header", "token"] };

    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "panther",
        Title = "Panther by an HTTP source.",
        Columns =
        [
            DestinationColumn.Url("https://logs.acme.runpanther.net/http/0a1b2c3d-0000-4000-8000-000000000000", "The source's address."),
            DestinationColumn.Choice("auth", "The source's authentication: bearer, or header for a shared secret.", "bearer", "header"),
            DestinationColumn.Secret("token", "The bearer token or the shared secret.", required: true),
            DestinationColumn.Text("header", "auth header: the header's name.", example: "X-Panther-Secret"),
        ],
        Check = (columns, problems) =>
        {
            columns.CheckAuth(Needs, problems);
            if (columns["header"] is { } header && !RequestHeader.IsName(header))
            {
                problems.Add("header", RequestHeader.Wrong);
            }
        },
        Address = (columns, problems) => WithPath(columns.UrlOf(), "", problems),
        Credential = (columns, secrets) => columns["header"] is { } header ? [(header, secrets["token"].Reveal())] : Bearer(secrets),
        Frames = IntakeLines.Frames,
        MediaType = "application/x-ndjson",
        MostBodyBytes = 5_000_000,
        BodyBytes = 500_000,
        Quiet = new QuietSuccess(IsEmpty: false, 200),
    };
}
