using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Events that were not sent before, in their order.</summary>
internal interface IFreshEvents : IPageEvents
{
    /// <summary>How many events were left out, as sent before.</summary>
    int Suppressed { get; }

    /// <summary>What an event is known by.</summary>
    EventKey KeyOf(int at);
}
