using System.Globalization;
using System.Text;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>What stands before a message: RFC 5424 (section 6) or RFC 3164 (section 4.1). Immutable.</summary>
internal sealed record SyslogHeader
{
    /// <summary>Whether it is RFC 3164's.</summary>
    public required bool IsOld { get; init; }

    /// <summary>Facility × 8 + severity.</summary>
    public required int Priority { get; init; }

    /// <summary>The host's name; null: the source's name.</summary>
    public string? Hostname { get; init; }

    /// <summary>The name of the application.</summary>
    public required string AppName { get; init; }

    /// <summary>The id of the structured data, which holds source, partition, event id, template, vendor and fetch time.</summary>
    public required string StructuredId { get; init; }

    /// <summary>Whether a byte order mark says that the message is UTF-8.</summary>
    public bool HasMark { get; init; }

    /// <summary>Writes the header of an event.</summary>
    /// <param name="into">Takes it.</param>
    /// <param name="body">The body.</param>
    /// <param name="number">The event's number.</param>
    /// <param name="sentAt">Stands where RFC 3164 must have a time and the event has none.</param>
    public void Write(PooledBytes into, LinesBody body, int number, DateTimeOffset sentAt)
    {
        var host = Printable(Hostname ?? body.Source, 255);
        var time = body.Events[number].Time?.UtcDateTime;
        if (IsOld)
        {
            var stamp = (time ?? sentAt.UtcDateTime).ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
            stamp = stamp[4] == '0' ? $"{stamp[..4]} {stamp[5..]}" : stamp;
            Write(into, $"<{Priority}>{stamp} {host} {AppName}: ");
            return;
        }

        var instant = time?.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) ?? "-";
        Write(into, $"<{Priority}>1 {instant} {host} {AppName} - - ");
        Write(into, $"[{StructuredId} source=\"{Value(body.Source)}\" partition=\"{Value(body.Partition)}\" id=\"{Value(body.Id(number))}\"");
        foreach (var (name, value) in body.Origin)
        {
            Write(into, $" {name}=\"{Value(value)}\"");
        }

        into.Write("] "u8);
        if (HasMark)
        {
            into.Write("\uFEFF"u8);
        }
    }

    private static void Write(PooledBytes into, string text) => into.Advance(Encoding.UTF8.GetBytes(text, into.GetSpan(text.Length * 3)));

    private static string Printable(string text, int most)
    {
        var name = string.Concat(text.Take(most).Select(c => c is > ' ' and <= '~' ? c : '_'));
        return name.Length == 0 ? "-" : name;
    }

    // RFC 5424, section 6.3.3. A line break would end the message where frames are lines.
    private static string Value(string text)
    {
        var value = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            value.Append(c is '"' or '\\' or ']' ? "\\" : "").Append(char.IsControl(c) ? ' ' : c);
        }

        return value.ToString();
    }
}
