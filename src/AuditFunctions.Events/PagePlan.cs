namespace AuditFunctions.Events;

/// <summary>How a vendor writes a page.</summary>
public enum PageFormat
{
    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>One JSON value per line, each an event. Empty lines and CRLF are tolerated.</summary>
    JsonLines,
}

/// <summary>What to look for in a page. Compiled once per source; immutable and thread safe.</summary>
public sealed class PagePlan
{
    private readonly JsonPath[] _eventFields;
    private readonly JsonPath[] _pageFields;

    /// <summary>Compiles a plan.</summary>
    /// <param name="format">How the page is written.</param>
    /// <param name="events">
    /// Where the events stand: an array of them, or an object whose members' values are the events. The root for
    /// <see cref="PageFormat.JsonLines"/>.
    /// </param>
    /// <param name="eventFields">Paths inside each event; their order numbers the fields.</param>
    /// <param name="pageFields">Paths inside the page; their order numbers the fields.</param>
    /// <exception cref="ArgumentException">
    /// JSON lines with a path to the events, or more than 64 members of one object are wanted.
    /// </exception>
    public PagePlan(PageFormat format, JsonPath events, IReadOnlyList<JsonPath> eventFields, IReadOnlyList<JsonPath> pageFields)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (format == PageFormat.JsonLines && !events.IsRoot)
        {
            throw new ArgumentException("Every line of a JSON lines page is an event: the events path must be empty.", nameof(events));
        }

        Format = format;
        Events = events;
        _eventFields = [.. eventFields];
        _pageFields = [.. pageFields];
        Event = Compile(_eventFields, ofEvent: true, behind: null);
        Page = Compile(_pageFields, ofEvent: false, behind: events);
        Elements = new WatchNode(ofEvent: false) { HoldsEvents = true };
        if (events.PlainLength == events.Steps.Length)
        {
            Page.At(events.Steps).HoldsEvents = true;
        }
        else
        {
            Page.At(events.Steps[..events.PlainLength]).Fields.Add(_pageFields.Length);
        }

        FrameCount = 3 + Page.Height() + Event.Height();
        HasSlowEventFields = _eventFields.Any(path => path.PlainLength < path.Steps.Length);
    }

    /// <summary>How the page is written.</summary>
    public PageFormat Format { get; }

    /// <summary>Where the events stand.</summary>
    public JsonPath Events { get; }

    /// <summary>How many fields each event has.</summary>
    public int EventFieldCount => _eventFields.Length;

    /// <summary>How many fields the page has.</summary>
    public int PageFieldCount => _pageFields.Length;

    /// <summary>What is wanted of the page, from its root.</summary>
    internal WatchNode Page { get; }

    /// <summary>What is wanted of an event, from its root.</summary>
    internal WatchNode Event { get; }

    /// <summary>What is wanted of a value that is the list of events itself.</summary>
    internal WatchNode Elements { get; }

    /// <summary>The most values that are watched inside each other at a time.</summary>
    internal int FrameCount { get; }

    internal bool HasSlowEventFields { get; }

    /// <summary>Whether the events stand behind an index or a match, so that they are cut out of a captured value.</summary>
    internal bool HasSlowEvents => Events.PlainLength < Events.Steps.Length;

    /// <summary>The path of an event field.</summary>
    public JsonPath PathOfEventField(int field) => _eventFields[field];

    /// <summary>The steps of an event field that the scan does not follow; they are taken inside the slice captured before them.</summary>
    internal ReadOnlySpan<PathStep> SlowEventSteps(int field) => _eventFields[field].Steps[_eventFields[field].PlainLength..];

    /// <summary>The same for a page field; a path into the list of events ends there for the scan.</summary>
    internal ReadOnlySpan<PathStep> SlowPageSteps(int field) => _pageFields[field].Steps[ScannedLength(_pageFields[field], Events)..];

    private static WatchNode Compile(JsonPath[] paths, bool ofEvent, JsonPath? behind)
    {
        var root = new WatchNode(ofEvent);
        for (int i = 0; i < paths.Length; i++)
        {
            root.At(paths[i].Steps[..ScannedLength(paths[i], behind)]).Fields.Add(i);
        }

        return root;
    }

    /// <summary>
    /// How many steps the scan follows. Inside the list of events it looks for events only, so a path into it stops at the list.
    /// </summary>
    private static int ScannedLength(JsonPath path, JsonPath? events)
    {
        int length = path.PlainLength;
        if (events is null || events.PlainLength < events.Steps.Length || length < events.Steps.Length)
        {
            return length;
        }

        for (int i = 0; i < events.Steps.Length; i++)
        {
            if (events.Steps[i].Name.Text != path.Steps[i].Name.Text)
            {
                return length;
            }
        }

        return events.Steps.Length;
    }
}
