using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>A line for each event, with where it comes from: <c>{"source":"…","partition":"…","id":"…","time":"…","template":"…","vendor":"…","fetched":"…","event":…}</c>.</summary>
internal static class IntakeLines
{
    /// <summary>The frames of intakes that take any JSON.</summary>
    public static IntakeFrames Frames { get; } = Of("intake-lines/1");

    /// <summary>The same objects in a JSON array.</summary>
    public static IntakeFrames Array { get; } = Frames with
    {
        Kind = "intake-array/1",
        Open = "["u8.ToArray(),
        Close = "}"u8.ToArray(),
        Separator = ","u8.ToArray(),
        End = "]"u8.ToArray(),
        Layout = new JsonFrames { Order = FrameOrder.Elements, Event = new JsonPlace("event"), Wrap = EventWrap.Start.ToArray(), Id = new JsonPlace("id"), Time = new JsonPlace("time") },
    };

    /// <summary>The frames of an intake that wants names of its own; the time is left out when it is not known.</summary>
    public static IntakeFrames Of(
        string kind, string source = "source", string partition = "partition", string id = "id", string time = "time", string content = "event", IntakePart[]? origin = null) => new()
        {
            Kind = kind,
            Frame =
        [
            Part($"{{\"{source}\":\"", IntakeField.Source), Part($"\",\"{partition}\":\"", IntakeField.Partition), Part($"\",\"{id}\":\"", IntakeField.Id), Part($"\",\"{time}\":\"", IntakeField.Instant),
            .. origin ?? Origin("template", "vendor", "fetched"),
            Part($"\",\"{content}\":", IntakeField.Event),
        ],
            Close = "}\n"u8.ToArray(),
            Layout = new JsonFrames { Order = FrameOrder.Lines, Event = new JsonPlace(content), Wrap = EventWrap.Start.ToArray(), Id = new JsonPlace(id), Time = new JsonPlace(time) },
        };
}
