using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Inspection;

/// <summary>
/// Whether an answer whose list of events is empty holds another list that looks like events: then the template may read the wrong one, which is empty for
/// ever. Only a page without events is looked at.
/// </summary>
/// <param name="Path">Where the other list stands.</param>
/// <param name="HasTimes">Whether its objects have the time, and the id, that the template reads: then they are events, as far as shows.</param>
public sealed record EventsElsewhere(string Path, bool HasTimes)
{
    private const int MostBytes = 4 * 1024 * 1024;

    // Fewer objects without an event's time are links, facets or people, which stand beside many lists.
    private const int ManyObjects = 10;

    // The vendor chooses the names in it, and it stands in logs and tables.
    private const int LongestPath = 200;

    /// <summary>What it may mean, for people.</summary>
    public string Reason(JsonPath events) =>
        $"nothing stands in the list of events at '{events}', but objects {(HasTimes ? "with the time of an event " : "")}stand at '{Path}'; check 'events.path'";

    /// <summary>The same without secrets, one of which may be a name on the way.</summary>
    internal EventsElsewhere Without(Redactor known) =>
        SafeText.OneLine(known.Mask(Path)) is var path && path.Length > LongestPath ? this with { Path = path[..LongestPath] + "…" } : this with { Path = path };

    /// <summary>Looks for such a list.</summary>
    /// <returns>Null when there is none.</returns>
    internal static EventsElsewhere? In(ReadingDefinition reading, ReadOnlySpan<byte> page)
    {
        if (reading is not { Shape: null, HasTime: true, TimeField: >= 0, Plan: { Format: PageFormat.Json, Events.IsRoot: false } } || page.Length > MostBytes)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(page[ByteOrderMark.LengthOf(page)..], new JsonReaderOptions { MaxDepth = ShapedPage.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            var others = OtherLists.In(document.RootElement, reading.Plan.Events);
            var events = others.FirstOrDefault(list => AreEvents(list.First, reading));
            return events.Path is { } path ? new EventsElsewhere(path, HasTimes: true)
                : others.FirstOrDefault(list => list.Count >= ManyObjects).Path is { } many ? new EventsElsewhere(many, HasTimes: false)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool AreEvents(JsonElement one, ReadingDefinition reading) =>
        Enumerable.Range(0, reading.IdParts).All(field => TextAt(one, reading, field) is not null)
        && Enumerable.Range(reading.TimeField, reading.TimeParts).Any(field => TextAt(one, reading, field) is { } text && reading.TimeFormat.TryRead(Encoding.UTF8.GetBytes(text), out _));

    private static string? TextAt(JsonElement one, ReadingDefinition reading, int field) =>
        ElementPath.Follow(one, reading.Plan.PathOfEventField(field)) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value ? value.AsText() : null;
}
