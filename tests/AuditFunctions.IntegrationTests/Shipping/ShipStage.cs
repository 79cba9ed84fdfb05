using System.IO.Compression;
using System.Text.Json;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.State;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>A SIEM, an installation with destination <c>splunk</c>, and batches to deliver.</summary>
internal sealed class ShipStage : IAsyncDisposable
{
    private ShipStage(SandboxSiem siem, PipelineHarness harness)
    {
        Siem = siem;
        Harness = harness;
    }

    public SandboxSiem Siem { get; }

    public PipelineHarness Harness { get; }

    public static async Task<ShipStage> StartAsync(FaultPlan? faults = null, params (string Setting, string Value)[] settings)
    {
        var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", settings);
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = faults ?? new FaultPlan(), Indexes = ["audit"] }, Stage.Deadline());
        await harness.AddDestinationAsync("splunk", ("type", "splunk-hec"), ("url", siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        return new ShipStage(siem, harness);
    }

    /// <summary>A batch of one event.</summary>
    public static ShipMessage Batch(string id, string? auditEvent = null)
    {
        var raw = System.Text.Encoding.UTF8.GetBytes($$"""{"event":{{auditEvent ?? $$"""{"id":"{{id}}"}"""}}}""");
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest))
        {
            stream.Write(raw);
        }

        var batchId = id.PadLeft(32, '0');
        return MessageTests.Message with { BatchId = batchId, Events = 1, RawBytes = raw.Length, Body = gzip.ToArray(), Check = BodyCheck.Of(batchId, gzip.ToArray()) };
    }

    public static string Text(ShipMessage message) => JsonSerializer.Serialize(message, MessageJson.Default.ShipMessage);

    public Task HandleAsync(ShipMessage message) => Harness.Ship.HandleAsync(Text(message), Stage.Deadline());

    /// <summary>The one message that was sent again; it may still be hidden, so it is waited for.</summary>
    public async Task<ShipMessage> DeferredAsync()
    {
        Assert.Equal(1, await PipelineHarness.CountAsync(Harness.Storage.ShipQueue));
        var deadline = Stage.Deadline();
        while (true)
        {
            deadline.ThrowIfCancellationRequested();
            if (await PipelineHarness.TakeAsync(Harness.Storage.ShipQueue) is [var text])
            {
                return JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage)!;
            }
        }
    }

    public Task<int> WaitingAsync() => PipelineHarness.CountAsync(Harness.Storage.ShipQueue);

    public Task<int> DeadLettersAsync() => Harness.Get<DeadLetterStore>().CountAsync(default);

    /// <summary>Every dead letter by name, as text; bodies decompressed.</summary>
    public async Task<Dictionary<string, string>> DeadLetterTextsAsync()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var blob in Harness.Storage.DeadLetters.GetBlobsAsync())
        {
            var bytes = (await Harness.Storage.DeadLetters.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToArray();
            using var text = new StreamReader(blob.Name.EndsWith(".gz", StringComparison.Ordinal) && bytes.Length > 0 ? new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress) : new MemoryStream(bytes));
            found[blob.Name] = await text.ReadToEndAsync();
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Siem.DisposeAsync();
        await Harness.DisposeAsync();
    }
}
