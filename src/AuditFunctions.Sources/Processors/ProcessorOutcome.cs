namespace AuditFunctions.Sources.Processors;

/// <summary>What an action made of an event.</summary>
internal enum ProcessorOutcome
{
    /// <summary>It stays as it is.</summary>
    Unchanged,

    /// <summary>The event that was written takes its place.</summary>
    Changed,

    /// <summary>The events that were written take its place.</summary>
    Split,

    /// <summary>It is left out.</summary>
    Dropped,

    /// <summary>The action could not do its work; the reason says why, without anything of the event.</summary>
    Failed,
}
