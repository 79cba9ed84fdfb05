using System.Collections;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>A search's progress as the ledger keeps it, JSON in a column of at most 32,000 characters.</summary>
internal sealed record SplitState
{
    public required int Events { get; init; }

    /// <summary>The first event that is not settled.</summary>
    public int Done { get; init; }

    /// <summary>The first event behind those that are not settled.</summary>
    public required int End { get; init; }

    /// <summary>Which of those between are open: a bit each, compressed, as base64; null when all are.</summary>
    public string? Open { get; init; }

    public int Guilty { get; init; }

    public int Size { get; init; }

    public int Cap { get; init; }

    public bool IsProbing { get; init; }

    public int Delivered { get; init; }

    public int GivenUp { get; init; }

    public int Gap { get; init; }

    public int Alike { get; init; }

    public string? Why { get; init; }

    public DateTimeOffset? HungAt { get; init; }

    /// <summary>Reads a progress.</summary>
    public static SplitProgress Read(string text)
    {
        var state = JsonSerializer.Deserialize(text, SplitJson.Default.SplitState)!;
        return new SplitProgress
        {
            Events = state.Events,
            Open = state.Open is { } bits ? Unpack(bits, state.Done, state.End) : [.. Enumerable.Range(state.Done, Math.Max(0, state.End - state.Done))],
            Guilty = state.Guilty,
            Size = state.Size,
            Cap = state.Cap,
            IsProbing = state.IsProbing,
            Delivered = state.Delivered,
            GivenUp = state.GivenUp,
            Gap = state.Gap,
            Alike = state.Alike,
            Why = state.Why,
            HungAt = state.HungAt,
        };
    }

    /// <summary>Whether a text is the progress of a batch of so many events, as far as one can see.</summary>
    public static bool IsOf(string text, int events)
    {
        try
        {
            return JsonSerializer.Deserialize(text, SplitJson.Default.SplitState) is { } state
                && state.Events == events && state.Done >= 0 && state.End >= state.Done && state.End <= events
                && state.Guilty >= 0 && state.Guilty <= events && state.Size >= 0 && state.Cap >= 0
                && state.Delivered >= 0 && state.GivenUp >= 0 && state.Gap >= 0 && state.Alike >= 0
                && (state.Open is not { } bits || Unpack(bits, state.Done, state.End).Length > 0);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IOException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Writes a progress.</summary>
    public static string Write(SplitProgress progress)
    {
        var open = progress.Open;
        var (done, end) = open.Length > 0 ? (open[0], open[^1] + 1) : (progress.Events, progress.Events);
        var state = new SplitState
        {
            Events = progress.Events,
            Done = done,
            End = end,
            Open = end - done == open.Length ? null : Pack(open, done, end),
            Guilty = progress.Guilty,
            Size = progress.Size,
            Cap = progress.Cap,
            IsProbing = progress.IsProbing,
            Delivered = progress.Delivered,
            GivenUp = progress.GivenUp,
            Gap = progress.Gap,
            Alike = progress.Alike,
            Why = progress.Why,
            HungAt = progress.HungAt,
        };
        return JsonSerializer.Serialize(state, SplitJson.Default.SplitState);
    }

    private static string Pack(int[] open, int done, int end)
    {
        var bits = new BitArray(end - done);
        foreach (var number in open)
        {
            bits[number - done] = true;
        }

        var bytes = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(bytes, 0);
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private static int[] Unpack(string text, int done, int end)
    {
        var bytes = new byte[(end - done + 7) / 8];
        using var inflate = new DeflateStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
        inflate.ReadExactly(bytes);
        var bits = new BitArray(bytes);
        return [.. Enumerable.Range(done, end - done).Where(number => bits[number - done])];
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SplitState))]
internal sealed partial class SplitJson : JsonSerializerContext;
