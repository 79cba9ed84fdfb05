using System.Security.Cryptography;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Destinations.Transport;

/// <summary>Sends bodies over HTTP as a protocol says. An answer is read as far as the protocol needs it, never without a bound.</summary>
internal sealed class HttpSender(IHttpProtocol protocol, SenderServices services) : ISender
{
    /// <summary>What the destination says of itself.</summary>
    public IHttpProtocol Protocol => protocol;

    /// <inheritdoc/>
    public Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) =>
        Request(body, secrets, out var wrong) is { } request
            ? ExchangeAsync(request, isCheck: false, body.Events, secrets, cancellationToken)
            : Task.FromResult<SendResult>(new SendResult.Refused(0, wrong) { IsCredential = true });

    /// <inheritdoc/>
    public async Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) =>
        protocol.CheckRequest(secrets) is { } request ? await ExchangeAsync(request, isCheck: true, events: 0, secrets, cancellationToken) : null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What an answer means: as the protocol says, but for pages, which no destination sends to a machine.</summary>
    internal static SendResult Meaning(IHttpProtocol protocol, in HttpAnswer answer, bool isCheck)
    {
        var result = isCheck ? protocol.ReadCheck(answer) : protocol.Read(answer);
        return (!protocol.IsOwn(answer) && result is (SendResult.Accepted or SendResult.Rejected { IsTooLarge: false })) || IsOfFirewall(protocol, answer, result)
            ? HttpStatus.NotItsOwn(answer.Status, "a page of HTML, perhaps of a proxy, a firewall or a sign-in form in between")
            : result;
    }

    // Firewalls that look into bodies answer 403, some 405, with a page, over what one event says; a destination that refuses a credential says so to a machine.
    private static bool IsOfFirewall(IHttpProtocol protocol, in HttpAnswer answer, SendResult result) =>
        result is SendResult.Refused && answer is { Status: 403 or 405, IsHtml: true } && !protocol.IsOwn(answer);

    // Words are shortened where they are read, and a secret that is cut in two is not found any more: it is hidden before.
    private SendResult Meaning(HttpResponseMessage response, PooledBytes answer, bool isWhole, int events, bool isCheck, IEnumerable<SecretText> secrets)
    {
        var result = Read();
        if (result is SendResult.Accepted)
        {
            return result;
        }

        new Redactor(secrets).MaskInPlace(answer.WrittenInPlace, CancellationToken.None);
        return Read() is var masked && masked.GetType() == result.GetType() ? masked : result;

        SendResult Read() => Meaning(
            protocol,
            new HttpAnswer
            {
                Status = (int)response.StatusCode,
                MediaType = response.Content.Headers.ContentType?.MediaType,
                HasTag = response.Headers.NonValidated.Contains("ETag"),
                Body = answer.WrittenSpan,
                IsWhole = isWhole,
                Events = events,
            },
            isCheck);
    }

    // The batch id is no proof of anything, and helps whoever reads the answer.
    private static IEnumerable<SecretText> SignaturesOf(HttpRequestMessage request) =>
        request.Headers.NonValidated.Where(header => header.Key != "webhook-id").SelectMany(header => header.Value).SelectMany(SignedText.PartsOf);

    // Returns null with a secret that no request can be made with.
    private HttpRequestMessage? Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, out string wrong)
    {
        try
        {
            wrong = "";
            var request = protocol.Request(body, secrets);
            if (request.Headers.NonValidated.SelectMany(header => header.Value, (header, value) => HeaderText.WhatIsWrong(header.Key, value)).FirstOrDefault(found => found is not null) is { } problem)
            {
                request.Dispose();
                wrong = problem;
                return null;
            }

            return request;
        }
        catch (CredentialException exception)
        {
            wrong = exception.Message;
            return null;
        }
    }

    private async Task<SendResult> ExchangeAsync(HttpRequestMessage request, bool isCheck, int events, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        using var answer = new PooledBytes();
        var asked = request.RequestUri!;

        // Looked for only where the answer is kept.
        var known = secrets.Values.Concat(SignaturesOf(request));
        try
        {
            using (request)
            {
                using var response = await services.ClientOf(secrets).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                var isWhole = await ReadAsync(response.Content, answer, protocol.MaxAnswerBytes(events), cancellationToken);
                var result = Meaning(response, answer, isWhole, events, isCheck, known);
                return result switch
                {
                    SendResult.Retry retry => retry with { After = retry.After ?? RetryAfter.Of(response, services.Time.GetUtcNow()) },
                    SendResult.Rejected rejected => rejected with
                    {
                        Answer = AnswerText.Of(answer.WrittenSpan, isWhole, known),
                        After = rejected.After ?? RetryAfter.Of(response, services.Time.GetUtcNow()),
                    },
                    _ => result,
                };
            }
        }
        catch (HttpRequestException exception)
        {
            return new SendResult.Retry(0, $"no answer: {ConnectionFailure.InWords(exception, asked)}") { IsOfBody = ConnectionFailure.IsHangUp(exception) };
        }
        catch (IOException)
        {
            return new SendResult.Retry(0, "the connection broke off") { IsOfBody = true };
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" })
        {
            return new SendResult.Retry(0, "the answer is not compressed as it says") { IsOfBody = true };
        }
        catch (CryptographicException)
        {
            return new SendResult.Refused(0, TlsOptions.NotPem(NetworkColumns.Authorities, NetworkColumns.Certificate)) { IsCredential = true };
        }
    }

    private static async Task<bool> ReadAsync(HttpContent content, PooledBytes into, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var room = into.GetMemory(4096);
            var read = await stream.ReadAsync(room[..Math.Min(room.Length, most + 1 - into.Length)], cancellationToken);
            if (read == 0)
            {
                return true;
            }

            into.Advance(read);
            if (into.Length > most)
            {
                into.Truncate(most);
                return false;
            }
        }
    }
}
