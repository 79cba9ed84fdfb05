namespace AuditFunctions.Sandbox;

/// <summary>Faults in the words of Splunk's HTTP Event Collector.</summary>
public static class HecFault
{
    /// <summary>Token disabled.</summary>
    public static Fault TokenDisabled => Of(403, 1, "Token disabled");

    /// <summary>Internal error.</summary>
    public static Fault InternalError => Of(500, 8, "Internal server error");

    /// <summary>The server is busy.</summary>
    public static Fault Busy => Of(503, 9, "Server is busy");

    /// <summary>The server is shutting down.</summary>
    public static Fault ShuttingDown => Of(503, 23, "Server is shutting down");

    /// <summary>The queue is full.</summary>
    public static Fault QueueAtCapacity => Of(429, 26, "Queue at capacity");

    private static Fault.Status Of(int status, int code, string text) => new(status, Body: $$"""{"text":"{{text}}","code":{{code}}}""");
}

/// <summary>How a <see cref="SandboxSiem"/> refuses an event.</summary>
public enum EventRefusal
{
    /// <summary>HEC code 6 with the event's number; events before it are stored. Elsewhere as <see cref="PlainBadRequest"/>.</summary>
    InvalidDataFormat,

    /// <summary>Status 400 that does not tell which event; nothing is stored.</summary>
    PlainBadRequest,

    /// <summary>HEC code 6 without a number; nothing is stored. Elsewhere as <see cref="PlainBadRequest"/>.</summary>
    Unnamed,

    /// <summary>The server fails over it: 500.</summary>
    ServerError,

    /// <summary>The server hangs up when it has read it, on <c>/ingest</c>; elsewhere as <see cref="PlainBadRequest"/>.</summary>
    HangUp,

    /// <summary>The server reads it and never answers, on <c>/ingest</c>; elsewhere as <see cref="PlainBadRequest"/>.</summary>
    Hang,

    /// <summary>A firewall before the server answers 403 with a page of its own, on <c>/ingest</c>; elsewhere as <see cref="PlainBadRequest"/>.</summary>
    Firewall,

    /// <summary>Status 429 for its item the first time, where items have a status; elsewhere it is taken.</summary>
    Busy,
}
