using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Where a page's fresh events go: the seam at which the model of a fetch stands in for the queue.</summary>
internal interface IBatchSink
{
    /// <summary>Sends the batches; when it returns, all of them are safe.</summary>
    /// <param name="events">The events.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="origin">Where they come from.</param>
    /// <param name="openedAt">When their window was opened.</param>
    /// <param name="poll">When the poll began.</param>
    /// <param name="directUntil">Until when they may be delivered without the queue, if they are one small batch; null when they must not.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many.</returns>
    Task<int> SendAsync(IPageEvents events, DestinationDefinition destination, BodyContext origin, DateTimeOffset openedAt, PollStart poll, DateTimeOffset? directUntil, CancellationToken cancellationToken);
}
