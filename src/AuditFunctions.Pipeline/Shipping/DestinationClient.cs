using System.Buffers;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Http;
using AuditFunctions.Http.Tokens;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Sends one request to a destination and reads what the answer means. Thread safe.</summary>
public sealed class DestinationClient(IHttpClientFactory clients, ISecretStore secrets, EntraTokens tokens, IOptions<ShippingOptions> options, TimeProvider time)
{
    /// <summary>The name of the HTTP client: no redirects, no cookies, no time-out of its own.</summary>
    public const string ClientName = "destination";

    // Enough for every answer that says something; the rest of a longer one is not read.
    private const int MaxAnswerBytes = 8 * 1024;

    /// <summary>Delivers a body; on 401 or 403 once more with secrets read and tokens asked for anew.</summary>
    public Task<DeliveryResult> DeliverAsync(DestinationDefinition destination, DeliveryBody body, CancellationToken cancellationToken) =>
        TryTwiceAsync(destination, known => destination.Delivery.Request(destination, body, known), cancellationToken);

    /// <summary>Asks whether a destination is well; null when it knows no such request.</summary>
    public async Task<DeliveryResult?> CheckHealthAsync(DestinationDefinition destination, CancellationToken cancellationToken)
    {
        Dictionary<string, SecretText> known;
        try
        {
            known = await SecretsAsync(destination, SecretRead.Cached, cancellationToken);
        }
        catch (SecretException exception)
        {
            return new DeliveryResult.Refused(0, exception.Message);
        }

        using var probe = destination.Delivery.HealthRequest(destination, known);
        return probe is null ? null : await TryTwiceAsync(destination, fresh => destination.Delivery.HealthRequest(destination, fresh)!, cancellationToken);
    }

    private async Task<DeliveryResult> TryTwiceAsync(
        DestinationDefinition destination,
        Func<IReadOnlyDictionary<string, SecretText>, HttpRequestMessage> request,
        CancellationToken cancellationToken)
    {
        var result = await SendAsync(destination, request, SecretRead.Cached, cancellationToken);
        return result is DeliveryResult.Refused { StatusCode: 401 or 403 } && (destination.Secrets.Count > 0 || destination.Token is not null)
            ? await SendAsync(destination, request, SecretRead.Fresh, cancellationToken)
            : result;
    }

    private async Task<DeliveryResult> SendAsync(
        DestinationDefinition destination,
        Func<IReadOnlyDictionary<string, SecretText>, HttpRequestMessage> request,
        SecretRead read,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.SendTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var answer = ArrayPool<byte>.Shared.Rent(MaxAnswerBytes);
        try
        {
            var known = await SecretsAsync(destination, read, linked.Token);
            using var message = request(known);
            using var response = await clients.CreateClient(ClientName).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            var length = await ReadStartAsync(response.Content, answer, linked.Token);
            var result = WithoutSecrets(destination.Delivery.Read((int)response.StatusCode, answer.AsSpan(0, length)), known);
            return result switch
            {
                DeliveryResult.Deferred deferred => deferred with { RetryAfter = RetryAfter.Of(response, time.GetUtcNow()) },
                DeliveryResult.Rejected rejected => rejected with { Answer = AnswerText.Of(answer.AsSpan(0, length), length < MaxAnswerBytes, known.Values) },
                _ => result,
            };
        }
        catch (SecretException exception)
        {
            return new DeliveryResult.Refused(0, exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return new DeliveryResult.Deferred(0, $"no answer: {exception.HttpRequestError}");
        }
        catch (IOException)
        {
            return new DeliveryResult.Deferred(0, "the connection broke off");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Deferred(0, $"no answer within {options.Value.SendTimeout.TotalSeconds:0} s");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
        }
    }

    // A server that repeats a credential in its answer must not bring it into logs and notes.
    private static DeliveryResult WithoutSecrets(DeliveryResult result, Dictionary<string, SecretText> known) => result switch
    {
        DeliveryResult.Deferred deferred => deferred with { Reason = WithoutSecrets(deferred.Reason, known) },
        DeliveryResult.Refused refused => refused with { Reason = WithoutSecrets(refused.Reason, known) },
        DeliveryResult.Rejected rejected => rejected with { Reason = WithoutSecrets(rejected.Reason, known) },
        _ => result,
    };

    private static string WithoutSecrets(string reason, Dictionary<string, SecretText> known) => known.Values
        .Select(secret => secret.Reveal())
        .Where(secret => secret.Length > 0)
        .Aggregate(reason, (text, secret) => text.Replace(secret, "(secret)", StringComparison.Ordinal));

    private static async Task<int> ReadStartAsync(HttpContent content, byte[] into, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await stream.ReadAtLeastAsync(into.AsMemory(0, MaxAnswerBytes), MaxAnswerBytes, throwOnEndOfStream: false, cancellationToken);
    }

    private async Task<Dictionary<string, SecretText>> SecretsAsync(DestinationDefinition destination, SecretRead read, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SecretText>(destination.Secrets.Count + 1, StringComparer.Ordinal);
        foreach (var (column, name) in destination.Secrets)
        {
            known[column] = await secrets.GetAsync(name, read, cancellationToken);
        }

        if (destination.Token is { } token)
        {
            known[EntraToken.Key] = await tokens.GetAsync(token, read, cancellationToken);
        }

        return known;
    }
}
