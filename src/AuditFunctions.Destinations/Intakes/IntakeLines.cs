using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>A line for each event, with where it comes from, for intakes that take any JSON.</summary>
internal static class IntakeLines
{
    /// <summary>The frames.</summary>
    public static IntakeFrames Frames { get; } = new()
    {
        Kind = "intake-lines/1",
        Frame =
        [
            Part("{\"source\":\"", IntakeField.Source), Part("\",\"partition\":\"", IntakeField.Partition), Part("\",\"id\":\"", IntakeField.Id), Part("\",\"time\":\"", IntakeField.Instant),
            Part("\",\"event\":", IntakeField.Event),
        ],
        Close = "}\n"u8.ToArray(),
        Layout = new JsonFrames { Order = FrameOrder.Lines, Event = new JsonPlace("event"), Wrap = EventWrap.Start.ToArray(), Id = new JsonPlace("id"), Time = new JsonPlace("time") },
    };
}
