using AuditFunctions.Operations.Cost;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cost;

/// <summary>Reads how many requests an installation made since it was last asked, by service and kind.</summary>
internal sealed class Meter(PipelineHarness harness)
{
    private int _seen;

    /// <summary>Counts from here.</summary>
    public void Start() => Read();

    /// <summary>What was asked since the last time.</summary>
    public StorageCounts Read()
    {
        var all = StorageRequests.OfInstallation(harness.Prefix);
        var counts = all.Skip(_seen).Aggregate(new StorageCounts(), Add);
        _seen = all.Count;
        return counts;
    }

    private StorageCounts Add(StorageCounts counts, (string Method, string Uri) request)
    {
        var uri = new Uri(request.Uri);
        var rest = uri.AbsolutePath[(uri.AbsolutePath.IndexOf(harness.Prefix, StringComparison.Ordinal) + harness.Prefix.Length)..];
        var isRead = request.Method is "GET" or "HEAD";
        if (!rest.StartsWith('-'))
        {
            return isRead ? counts with { TableReads = counts.TableReads + 1 } : counts with { TableWrites = counts.TableWrites + 1 };
        }

        if (rest.StartsWith("-fetch", StringComparison.Ordinal) || rest.StartsWith("-ship", StringComparison.Ordinal))
        {
            return isRead ? counts with { QueueReads = counts.QueueReads + 1 } : counts with { QueueWrites = counts.QueueWrites + 1 };
        }

        return request.Method switch
        {
            "DELETE" => counts with { BlobDeletes = counts.BlobDeletes + 1 },
            "GET" when uri.Query.Contains("comp=list", StringComparison.Ordinal) => counts with { BlobLists = counts.BlobLists + 1 },
            "GET" or "HEAD" => counts with { BlobReads = counts.BlobReads + 1 },
            _ => counts with { BlobWrites = counts.BlobWrites + 1 },
        };
    }
}
