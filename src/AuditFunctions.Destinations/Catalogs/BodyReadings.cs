namespace AuditFunctions.Destinations.Catalogs;

/// <summary>How bodies of each framing are read, by the framing's name. A framing that nothing writes any more stays known: dead letters are kept for ever.</summary>
public static class BodyReadings
{
    private static readonly Dictionary<string, FrameLayout> Layouts = DestinationCatalog.Types
        .SelectMany(type => type.Framings)
        .Append(new(NeutralFrames.Kind, NeutralFrames.Layout))
        .DistinctBy(framing => (framing.Key, framing.Value))
        .ToDictionary(framing => framing.Key, framing => framing.Value, StringComparer.Ordinal);

    /// <summary>Where events stand in bodies of a framing; null when it is unknown.</summary>
    public static FrameLayout? Find(string kind) => Layouts.GetValueOrDefault(kind);

    /// <summary>The events of a body, in order; null when the framing is unknown or the body is not framed like that.</summary>
    public static List<FramedEvent>? Read(string kind, ReadOnlySpan<byte> body)
    {
        var events = new List<FramedEvent>();
        return Find(kind) is { } layout && layout.Read(body, events) && events.Count > 0 ? events : null;
    }
}
