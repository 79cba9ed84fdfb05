using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Short forms for saying an intake as data.</summary>
internal static class IntakeParts
{
    /// <summary>A part of a frame.</summary>
    public static IntakePart Part(string before, IntakeField field, string after = "") => new(Encoding.UTF8.GetBytes(before), field, Encoding.UTF8.GetBytes(after));

    /// <summary>Template, vendor and fetch time, as members of an object in which the value before them is still to be closed.</summary>
    public static IntakePart[] Origin(string template, string vendor, string fetched) =>
        [Part($"\",\"{template}\":\"", IntakeField.Template), Part($"\",\"{vendor}\":\"", IntakeField.Vendor), Part($"\",\"{fetched}\":\"", IntakeField.Fetched)];

    /// <summary>The same under the names of intakes whose members stand beside those of events.</summary>
    public static IntakePart[] Origin() => Origin("audit_template", "audit_vendor", "audit_fetched");

    /// <summary>A choice of regions, and beside it an address for what is not among them, or stands in between.</summary>
    public static RowParameter[] Regions(string column, string description, params string[] regions) =>
    [
        DestinationColumn.Choice(column, description, regions),
        DestinationColumn.OptionalUrl("https://logs.example.com/", $"Address to send to, instead of that of the {column}; for a proxy or a region that is not listed."),
    ];

    /// <summary>The address of a row: its url, or that of its region.</summary>
    public static Uri AddressOf(BoundParameters columns, Problems problems, string ofRegion, string path = "")
    {
        if (columns["url"] is not { } url)
        {
            return new Uri(ofRegion + path);
        }

        return WithPath(new Uri(url), path, problems);
    }

    /// <summary>An address of which people give the base or the whole.</summary>
    public static Uri WithPath(Uri url, string path, Problems problems)
    {
        if (url.Query.Length > 0)
        {
            problems.Add("url", "must hold no query.");
        }

        var text = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(text.EndsWith(path, StringComparison.Ordinal) ? text : text + path);
    }

    /// <summary>The header of a token.</summary>
    public static IEnumerable<(string Name, string Value)> Bearer(IReadOnlyDictionary<string, SecretText> secrets, string column = "token") =>
        [("Authorization", "Bearer " + secrets[column].Reveal())];

    /// <summary>Only this status is a success, and none that names an error.</summary>
    public static IntakeAnswer Only(int status) => (in HttpAnswer answer) =>
        answer.Status != status ? null
        : SuccessText.SaysFailure(answer) ? HttpStatus.NotItsOwn(status, "with an error inside")
        : SendResult.Accepted.Instance;

    /// <summary>Some of a body was dropped without saying which, and the others are stored: nothing may be sent again.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="dropped">How many were dropped.</param>
    /// <param name="reason">Why.</param>
    /// <param name="showsTaken">Whether it is certain that others are stored: where all may have been dropped, the destination may be at fault.</param>
    public static SendResult Dropped(in HttpAnswer answer, int dropped, string reason, bool showsTaken = true) =>
        dropped <= 0 ? SendResult.Accepted.Instance
        : dropped >= answer.Events ? new SendResult.Rejected(answer.Status, reason)
        : new SendResult.Rejected(answer.Status, $"{reason}. Which ones is not said, and the others are stored: all are kept here, none is sent again") { Others = OtherEvents.Taken, Unnamed = dropped, ShowsTaken = showsTaken };
}
