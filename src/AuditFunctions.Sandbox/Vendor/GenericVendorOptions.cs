namespace AuditFunctions.Sandbox;

/// <summary>How the generic endpoint of a <see cref="SandboxVendor"/> behaves.</summary>
public sealed class GenericVendorOptions
{
    /// <summary>Format of an event's time and of the bounds <c>from</c> and <c>to</c>. Default ISO 8601.</summary>
    public VendorTimeFormat TimeFormat { get; set; }

    /// <summary>An event at <c>from</c> itself is in the window. Default: yes.</summary>
    public bool FromInclusive { get; set; } = true;

    /// <summary>An event at <c>to</c> itself is in the window. Default: no.</summary>
    public bool ToInclusive { get; set; }

    /// <summary>Bounds and event times are compared after truncation to this. Default 1 ms; 1 s and 1 min are usual too.</summary>
    public TimeSpan Granularity { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How the last page is known. Default: it has no cursor.</summary>
    public VendorStop Stop { get; set; }

    /// <summary>Where the events are. Default: the member <c>data</c> of an object.</summary>
    public bool EventsAtRoot { get; set; }

    /// <summary>Events are members of an object, named by their ids, instead of elements of an array. Default: array.</summary>
    public bool Dictionary { get; set; }

    /// <summary>Pads events to about this size in bytes; 0 for none. Default 0.</summary>
    public int EventBytes { get; set; }

    /// <summary>Page size when <c>limit</c> is absent. Default 100.</summary>
    public int DefaultLimit { get; set; } = 100;

    /// <summary>Largest page; a larger <c>limit</c> is taken as this. Default 1000.</summary>
    public int MaxLimit { get; set; } = 1000;
}

/// <summary>Formats of instants.</summary>
public enum VendorTimeFormat
{
    /// <summary>ISO 8601 with milliseconds and Z.</summary>
    Iso,

    /// <summary>Seconds since 1970; fractions are cut.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970.</summary>
    UnixMilliseconds,
}

/// <summary>How a vendor tells that a page was the last one.</summary>
public enum VendorStop
{
    /// <summary>The last page has no cursor (paging by page and offset: a member <c>total</c> tells).</summary>
    NoCursor,

    /// <summary>Every page with events has a cursor; only an empty page has none.</summary>
    EmptyPage,

    /// <summary>Every page has a cursor, also an empty one; a page with fewer events than asked for is the last.</summary>
    ShortPage,

    /// <summary>Every page has a cursor; the member <c>has_more</c> is false on the last.</summary>
    HasMoreFlag,
}
