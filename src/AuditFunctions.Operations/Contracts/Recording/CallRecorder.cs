using System.IO.Compression;
using System.Text;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>Keeps every request of a client with its answer. Not thread safe: a dry run asks one after the other.</summary>
internal sealed class CallRecorder
{
    /// <summary>Largest answer that is kept, decompressed, in bytes: a contract is read by people.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    private const int MostCalls = 200;
    private readonly List<RecordedCall> _calls = [];

    /// <summary>The calls so far.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>What puts itself between a client and the network.</summary>
    public DelegatingHandler Handler() => new Recording(this);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null;
        var response = await send();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await ReadAsync(stream, cancellationToken);
        if (_calls.Count == MostCalls)
        {
            throw new OperationException($"The vendor was asked {MostCalls} times; a contract with more requests than that helps nobody. Ask for fewer --pages.");
        }

        var isPacked = answer is [0x1F, 0x8B, ..];
        _calls.Add(new RecordedCall
        {
            Method = request.Method.Method,
            Url = request.RequestUri!,
            Authorization = request.Headers.Authorization?.Scheme,
            Body = body,
            BodyType = request.Content?.Headers.ContentType?.MediaType,
            Status = (int)response.StatusCode,
            AnswerHeaders = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)))],
            IsUnpacked = isPacked,
            Answer = Encoding.UTF8.GetString(isPacked ? await UnpackedAsync(answer, cancellationToken) : answer),
        });
        var again = new ByteArrayContent(answer);
        foreach (var (name, values) in response.Content.Headers)
        {
            again.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content.Dispose();
        response.Content = again;
        return response;
    }

    private static async Task<byte[]> UnpackedAsync(byte[] answer, CancellationToken cancellationToken)
    {
        await using var stream = new GZipStream(new MemoryStream(answer), CompressionMode.Decompress);
        try
        {
            return await ReadAsync(stream, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new OperationException("An answer starts as a gzip file and is none; nothing was recorded.", exception);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (kept.Length + read > MaxAnswerBytes)
            {
                throw new OperationException(
                    $"An answer is larger than {MaxAnswerBytes / 1024} KB, which is no contract that people read. Ask for less: --set pageSize=10 or --set lookback=1h.");
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private sealed class Recording(CallRecorder recorder) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            recorder.SendAsync(request, () => base.SendAsync(request, cancellationToken), cancellationToken);
    }
}
