using AuditFunctions.Pipeline.Destinations;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Where a page's fresh events go: the seam at which the model of a fetch stands in for the queue.</summary>
internal interface IBatchSink
{
    /// <summary>Sends the batches; when it returns, all of them are safe.</summary>
    /// <returns>How many.</returns>
    Task<int> SendAsync(FreshEvents fresh, DestinationDefinition destination, PartitionId partition, DateTimeOffset openedAt, PollStart poll, CancellationToken cancellationToken);
}
