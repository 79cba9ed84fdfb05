using System.Text.Json;
using AuditFunctions.Published;

namespace AuditFunctions.WorkerHost;

/// <summary>The function app as it was published with this build.</summary>
public static class PublishedApp
{
    /// <summary>Its folder.</summary>
    public static string Directory => PublishedProducts.FunctionApp;

    /// <summary>What its <c>host.json</c> says of queues.</summary>
    public static QueueSettings Queues()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, "host.json")));
        var queues = host.RootElement.GetProperty("extensions").GetProperty("queues");
        return new QueueSettings(
            queues.GetProperty("batchSize").GetInt32(),
            queues.GetProperty("newBatchThreshold").GetInt32(),
            TimeSpan.Parse(queues.GetProperty("visibilityTimeout").GetString()!),
            queues.GetProperty("maxDequeueCount").GetInt32());
    }
}

/// <summary>Settings of the queue extension.</summary>
/// <param name="BatchSize">Messages taken with one request.</param>
/// <param name="NewBatchThreshold">More are taken when as few, or fewer, are worked on.</param>
/// <param name="RetryDelay">How long a message stays hidden after its function failed (<c>visibilityTimeout</c>).</param>
/// <param name="MaxDequeueCount">Tries before a message goes to the poison queue.</param>
public sealed record QueueSettings(int BatchSize, int NewBatchThreshold, TimeSpan RetryDelay, int MaxDequeueCount);
