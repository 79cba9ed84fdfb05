using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>
/// Sends to a token with indexer acknowledgement, and takes a body for delivered only when Splunk says that it is indexed ("About HTTP Event Collector Indexer
/// Acknowledgment", help.splunk.com, read 2026-11-26). Each body has a channel for itself as long as it is under way: an indexer that starts anew counts from 0, and
/// in a common channel the acknowledgement of one body would then count for another, which is lost. Splunk forgets a channel that is idle for 10 minutes.
/// </summary>
internal sealed class HecAckSender(SplunkHecProtocol protocol, SenderServices services) : ISender
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // Those of bodies that were acknowledged: nothing is under way in them, so that they may be used again.
    private readonly ConcurrentBag<Guid> _idle = [];

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        var channel = _idle.TryTake(out var idle) ? idle : new Guid(RandomNumberGenerator.GetBytes(16));
        var post = new Post(protocol, channel);
        await using var sender = new HttpSender(post, services);
        var result = await sender.SendAsync(body, secrets, cancellationToken);
        if (result is not SendResult.Accepted)
        {
            return result;
        }

        if (post.AckId is not { } id)
        {
            return new SendResult.Refused(200, "HTTP 200 without an ackId: the token has no indexer acknowledgement. Turn it on for the token, or set ack to false. The batch may be stored and comes again.");
        }

        // There is no other end than the time-out of the attempt: what is not acknowledged by then is sent again.
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            await Task.Delay(wait, services.Time, cancellationToken);
            var question = new Question(protocol, channel, id);
            await using var asker = new HttpSender(question, services);
            if (await asker.CheckAsync(secrets, cancellationToken) is { } answer and not SendResult.Accepted)
            {
                return answer;
            }

            if (question.IsIndexed)
            {
                _idle.Add(channel);
                return SendResult.Accepted.Instance;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        await using var sender = new HttpSender(protocol, services);
        return await sender.CheckAsync(secrets, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Post(SplunkHecProtocol protocol, Guid channel) : IHttpProtocol
    {
        public long? AckId { get; private set; }

        public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets) => protocol.Request(body, secrets, channel);

        public SendResult Read(in HttpAnswer answer)
        {
            using var document = JsonAnswer.Parse(answer.Body);
            AckId = document?.RootElement.Member("ackId") is { ValueKind: JsonValueKind.Number } id && id.TryGetInt64(out var number) ? number : null;
            return protocol.Read(answer);
        }
    }

    private sealed class Question(SplunkHecProtocol protocol, Guid channel, long id) : IHttpProtocol
    {
        public bool IsIndexed { get; private set; }

        public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets) => throw new NotSupportedException("Only asks.");

        public HttpRequestMessage CheckRequest(IReadOnlyDictionary<string, SecretText> secrets) => protocol.AckRequest(channel, id, secrets);

        public SendResult Read(in HttpAnswer answer)
        {
            // {"acks":{"7":true}}
            using var document = JsonAnswer.Parse(answer.Body);
            if (answer.Status != 200 || document?.RootElement.Member("acks") is not { ValueKind: JsonValueKind.Object } acks)
            {
                // Whatever is wrong with the question, it is nothing against the body, which was taken.
                return answer.Status == 200 ? HttpStatus.NotItsOwn(200, "without acknowledgements")
                    : protocol.Read(answer) is var result and not SendResult.Rejected ? result
                    : new SendResult.Retry(answer.Status, $"HTTP {answer.Status} to the question whether the batch is indexed");
            }

            IsIndexed = acks.Member(id.ToString(CultureInfo.InvariantCulture))?.ValueKind == JsonValueKind.True;
            return SendResult.Accepted.Instance;
        }
    }
}
