using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Logz.io's listener ("Upload JSON logs", logzio/logz-docs, read 2026-11-26).</summary>
internal static class LogzIo
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "logzio",
        Title = "Logz.io by its listener.",
        Columns =
        [
            .. Regions("region", "Region of the account.", "us", "eu", "uk", "ca", "au", "nl", "wa"),
            DestinationColumn.Secret("token", "Log shipping token.", required: true),
            DestinationColumn.Text("logType", "Log type, by which Logz.io chooses a parser.", "auditfunctions"),
        ],
        UsualColumns = ["region"],
        Address = (columns, problems) => new Uri($"{AddressOf(columns, problems, $"https://listener{(columns["region"] == "us" ? "" : "-" + columns["region"])}.logz.io:8071").AbsoluteUri.TrimEnd('/')}/?type={Uri.EscapeDataString(columns["logType"]!)}"),
        Request = (address, secrets) => new Uri($"{address.AbsoluteUri}&token={Uri.EscapeDataString(secrets["token"].Reveal())}"),
        Credential = (_, _) => [],
        Frames = IntakeLines.Of("logzio/1", time: "@timestamp"),
        MostBodyBytes = 10_000_000,
        BodyBytes = 5_000_000,
        MaxEventBytes = 499_000,
        Quiet = new QuietSuccess(IsEmpty: true, 200),
        Answer = Read,
    };

    // {"malformedLines":1,"successfulLines":10,"oversizedLines":0,"emptyLogLines":0}: the successful ones are stored. A 200 has no body. A count that cannot be right makes no success of a 400.
    private static SendResult? Read(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        return answer.Status is 200 or 400 && document?.RootElement.Integer("successfulLines") is { } taken and >= 0 && (answer.Status == 400 || taken <= answer.Events)
            && Math.Max(answer.Status == 400 ? 1 : 0, answer.Events - taken) is var dropped
            ? Dropped(answer, dropped, $"HTTP {answer.Status}, {dropped} of {answer.Events} lines are malformed or too long")
            : null;
    }
}
