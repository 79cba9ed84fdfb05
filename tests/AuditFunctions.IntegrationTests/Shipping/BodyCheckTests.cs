using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>What is sent under a batch's id is what was packed for it.</summary>
public sealed class BodyCheckTests
{
    public static TheoryData<string, string?> Bodies => new()
    {
        { "another body and the hash of the good one", "good" },
        { "another body without a hash", null },
        { "another body and a hash of nothing", "0123456789abcdef0123456789abcdef" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Message_with_another_body_is_kept_whole_and_the_good_one_is_delivered(string what, string? check)
    {
        await using var stage = await SplitStage.StartAsync();
        var (good, _) = await SentAsync(stage, "hec", "a", "b");
        var (other, _) = await SentAsync(stage, "hec", "x", "y");
        var forged = good with { Body = other.Body, RawBytes = other.RawBytes, Check = check == "good" ? good.Check : check };
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(forged), default);
        Assert.Equal(0, stage.Siem.Requests);
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(good), default);
        Assert.Equal(["a", "b"], stage.Siem.Ids.Order(StringComparer.Ordinal));

        var letter = Assert.Single(await stage.LettersAsync());
        Assert.StartsWith("20260101/unreadable/ship/", letter.Name, StringComparison.Ordinal);
        Assert.Contains("not the one that was packed", letter.Note.Reason, StringComparison.Ordinal);
        var kept = JsonSerializer.Deserialize(await stage.Store.ReadBodyAsync(letter.Name, default), MessageJson.Default.ShipMessage)!;
        Assert.True(kept.Body.AsSpan().SequenceEqual(other.Body), what);
        Assert.Contains(letter.Name, Assert.Single(stage.Harness.Log.Of(3022)), StringComparison.Ordinal);
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    [Theory]
    [InlineData("hec")]
    [InlineData("web")]
    public async Task Blob_that_was_damaged_is_kept_whole_and_not_sent(string destination)
    {
        await using var stage = await SplitStage.StartAsync();
        var (message, body) = await SentAsync(stage, destination, [.. Noise(4_000)]);
        Assert.NotNull(message.Blob);
        body[body.Length / 2] ^= 1;
        await stage.Harness.Get<BodyStore>().WriteAsync(message.Blob, body, default);
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
        var letter = Assert.Single(await stage.LettersAsync());
        var kept = JsonSerializer.Deserialize(await stage.Store.ReadBodyAsync(letter.Name, default), MessageJson.Default.ShipMessage)!;
        Assert.Equal((0, 0), (stage.Siem.Requests, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue)));
        Assert.True(kept.Body.AsSpan().SequenceEqual(body));
    }

    [Fact]
    public async Task Batch_that_was_split_before_is_not_gone_on_with_in_another_body()
    {
        await using var stage = await SplitStage.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().At(2, HecFault.Busy) });
        stage.Refuse("b");
        var (good, _) = await SentAsync(stage, "hec", "a", "b", "c");
        var (other, _) = await SentAsync(stage, "hec", "x", "y", "z");
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(good), default);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(good with { Body = other.Body }), default);
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(good), default);
        Assert.Equal(["a", "c"], stage.Siem.Ids.Order(StringComparer.Ordinal));
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    [Theory]
    [InlineData("splunk-hec/1")]
    [InlineData("http-array/1")]
    [InlineData("sentinel/1")]
    public void Content_that_was_compressed_otherwise_or_by_an_older_version_is_good(string kind)
    {
        IBodyFormat format = kind switch
        {
            "splunk-hec/1" => new SplunkHecFormat(null, null, null, 100_000),
            "http-array/1" => new HttpFormat(HttpFraming.Array, 100_000, 1_000),
            _ => new SentinelFormat(100_000),
        };
        using var packer = new BodyPacker(format, new BodyContext("acme", "default"), "siem");
        foreach (var id in new[] { "a", "b", "c" })
        {
            packer.Add(new EventView { Bytes = Encoding.UTF8.GetBytes(SplitStage.Event(id)), Id = Encoding.UTF8.GetBytes(id), Time = DateTimeOffset.UnixEpoch }, out _);
        }

        using var body = packer.Finish()!;
        var message = State.MessageTests.Message with { BatchId = body.BatchId, Destination = "siem", Format = format.Kind, RawBytes = body.RawBytes };
        var otherwise = Recompressed(body.Gzip);
        Assert.False(otherwise.AsSpan().SequenceEqual(body.Gzip.Span));
        Assert.True(BodyCheck.IsOf(message, body.Gzip, CancellationToken.None));
        Assert.True(BodyCheck.IsOf(message with { Check = BodyCheck.Of(body.BatchId, body.Gzip.Span) }, otherwise, CancellationToken.None));
        Assert.False(BodyCheck.IsOf(message with { Source = "other" }, body.Gzip, CancellationToken.None));
        Assert.False(BodyCheck.IsOf(message with { RawBytes = body.RawBytes - 1 }, body.Gzip, CancellationToken.None));
        Assert.False(BodyCheck.IsOf(message, otherwise.AsMemory(0, otherwise.Length / 2), CancellationToken.None));

        // The id of a dead letter that is sent again is none of its content.
        var retry = message with { BatchId = new string('7', 32), DeadLetter = "20260101/acme/siem/x" };
        Assert.True(BodyCheck.IsOf(retry, body.Gzip, CancellationToken.None));
        Assert.True(BodyCheck.IsOf(retry with { Check = BodyCheck.Of(retry.BatchId, body.Gzip.Span) }, body.Gzip, CancellationToken.None));
        Assert.False(BodyCheck.IsOf(retry with { Check = BodyCheck.Of(retry.BatchId, body.Gzip.Span) }, otherwise, CancellationToken.None));
    }

    // A body of zeros never ends being searched for an id of zeros; one full of its own id took the square of its length.
    [Theory]
    [InlineData("00000000000000000000000000000000", "0")]
    [InlineData("00000000000000000000000000000001", "00000000000000000000000000000001")]
    [InlineData("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789abcdef", "0123456789ABCDEF0123456789abcdef")]
    public void A_body_made_of_its_batch_id_is_read_once(string batchId, string repeated)
    {
        var raw = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, 20_000_000 / repeated.Length)));
        using var gzip = BodyGzip.Compress(raw);
        var message = State.MessageTests.Message with { BatchId = batchId, RawBytes = raw.Length, Check = null };
        Assert.False(BodyCheck.IsOf(message, gzip.WrittenMemory, CancellationToken.None));

        using var stop = new CancellationTokenSource();
        stop.Cancel();
        if (BatchIds.IsOne(batchId))
        {
            Assert.Throws<OperationCanceledException>(() => BodyCheck.IsOf(message, gzip.WrittenMemory, stop.Token));
        }
    }

    private static async Task<(ShipMessage Message, byte[] Body)> SentAsync(SplitStage stage, string destination, params string[] ids)
    {
        await stage.SendAsync(destination, ids);
        var text = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        var message = JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage)!;
        if (message.Blob is not { } blob)
        {
            return (message, message.Body!);
        }

        using var body = new PooledBytes();
        Assert.True(await stage.Harness.Get<BodyStore>().ReadAsync(blob, body, default));
        return (message, body.WrittenSpan.ToArray());
    }

    private static byte[] Recompressed(ReadOnlyMemory<byte> gzip)
    {
        using var raw = new MemoryStream();
        using (var inflate = new GZipStream(new MemoryStream(gzip.ToArray()), CompressionMode.Decompress))
        {
            inflate.CopyTo(raw);
        }

        using var again = new MemoryStream();
        using (var stream = new GZipStream(again, CompressionLevel.NoCompression))
        {
            stream.Write(raw.ToArray());
        }

        return again.ToArray();
    }

    private static IEnumerable<string> Noise(int count)
    {
        var random = new Random(1);
        return Enumerable.Range(0, count).Select(_ => random.NextInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture) + random.NextInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
    }
}
