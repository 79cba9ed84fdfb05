namespace AuditFunctions.Sandbox;

/// <summary>How a <see cref="SandboxSiem"/> behaves.</summary>
public sealed class SandboxSiemOptions
{
    /// <summary>The token that is accepted at first. Null: no authentication, for other schemes. Default <c>sandbox-token</c>.</summary>
    public string? Token { get; set; } = "sandbox-token";

    /// <summary>Largest body after decompression, in bytes; larger ones are answered 413. Default 800 MiB, as Splunk.</summary>
    public int MaxBodyBytes { get; set; } = 800 * 1024 * 1024;

    /// <summary>Indexes that an event may name; another one is code 7. Null: any. Default null.</summary>
    public IReadOnlyCollection<string>? Indexes { get; set; }

    /// <summary>Immutable id of the data collection rule that the Logs Ingestion endpoint knows.</summary>
    public string LogsRuleId { get; set; } = "dcr-00000000000000000000000000000001";

    /// <summary>The rule's stream.</summary>
    public string LogsStream { get; set; } = "Custom-AuditFunctions_CL";

    /// <summary>Columns that the stream declares; others are dropped without a word.</summary>
    public IReadOnlyList<string> LogsColumns { get; set; } = ["TimeGenerated", "EventTime", "EventId", "Source", "Partition", "BatchId", "Template", "Vendor", "FetchedAt", "Event"];

    /// <summary>Top-level members that hold an event's id. Default: those of the sandbox vendor's shapes.</summary>
    public IReadOnlyList<string> IdFields { get; set; } = ["uuid", "_document_id", "Id", "id"];

    /// <summary>Keeps the exact bytes of every event. Costs their memory. Default: no.</summary>
    public bool KeepEvents { get; set; }

    /// <summary>Keeps the raw bodies of the recent requests, as they came over the wire. Default: no.</summary>
    public bool KeepBodies { get; set; }

    /// <summary>How many requests are kept with their headers. Default 100.</summary>
    public int RecentRequestsKept { get; set; } = 100;

    /// <summary>Called with each body whose events were stored, before it is answered. Default: nobody.</summary>
    public Action<SiemArrival>? OnStored { get; set; }

    /// <summary>Whether and how an event is refused, by its id; asked for every event of every body. Default: none is.</summary>
    public Func<string, EventRefusal?>? Refuses { get; set; }

    /// <summary>Called with each body that holds an event which is refused, and the ids of all of its events, before it is answered. Default: nobody.</summary>
    public Action<SiemArrival>? OnRefused { get; set; }

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What goes wrong. May be changed while the server runs.</summary>
    public FaultPlan Faults { get; set; } = new();

    /// <summary>Port on loopback. Default 0: the system chooses.</summary>
    public int Port { get; set; }
}
