using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Http.Tokens;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// Sends one body through a destination's sender: with its secrets as they are now, within the time-out, once more when a credential was refused, and with no
/// secret in what comes back. Thread safe.
/// </summary>
public sealed class DestinationClient
{
    /// <summary>The name of the HTTP client: no redirects, no cookies, no time-out of its own.</summary>
    public const string ClientName = "destination";

    // Progress and reasons are kept in columns of tables, and what a receiver says of an event may be as long as it likes.
    private const int LongestReason = 2_000;

    private readonly SenderCache _senders;
    private readonly ISecretStore _secrets;
    private readonly EntraTokens _tokens;
    private readonly IOptions<ShippingOptions> _options;
    private readonly TimeProvider _time;

    internal DestinationClient(SenderCache senders, ISecretStore secrets, EntraTokens tokens, IOptions<ShippingOptions> options, TimeProvider time)
    {
        _senders = senders;
        _secrets = secrets;
        _tokens = tokens;
        _options = options;
        _time = time;
    }

    /// <summary>Delivers a body; when a credential is refused, once more with secrets read and tokens asked for anew.</summary>
    public async Task<SendResult> DeliverAsync(DestinationDefinition destination, SendBody body, CancellationToken cancellationToken) =>
        (await TryTwiceAsync(destination, (sender, secrets, ending) => SendAsync(sender, body, secrets, ending), cancellationToken))!;

    /// <summary>Asks whether a destination is well; null when it has no such question.</summary>
    public Task<SendResult?> CheckHealthAsync(DestinationDefinition destination, CancellationToken cancellationToken) =>
        TryTwiceAsync(destination, (sender, secrets, ending) => sender.CheckAsync(secrets, ending), cancellationToken);

    private static async Task<SendResult?> SendAsync(ISender sender, SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) =>
        await sender.SendAsync(body, secrets, cancellationToken);

    private async Task<SendResult?> TryTwiceAsync(
        DestinationDefinition destination,
        Func<ISender, IReadOnlyDictionary<string, SecretText>, CancellationToken, Task<SendResult?>> ask,
        CancellationToken cancellationToken)
    {
        await using var use = await _senders.UseAsync(destination);
        var result = await TryAsync(destination, use.Sender, ask, SecretRead.Cached, cancellationToken);
        return result is SendResult.Refused { IsCredential: true } && (destination.Secrets.Count > 0 || destination.Token is not null)
            ? await TryAsync(destination, use.Sender, ask, SecretRead.Fresh, cancellationToken)
            : result;
    }

    private async Task<SendResult?> TryAsync(
        DestinationDefinition destination,
        ISender sender,
        Func<ISender, IReadOnlyDictionary<string, SecretText>, CancellationToken, Task<SendResult?>> ask,
        SecretRead read,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Value.SendTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var isAsked = false;
        try
        {
            var known = await SecretsAsync(destination, read, linked.Token);
            isAsked = true;
            return await ask(sender, known, linked.Token) is { } result ? WithoutSecrets(result, known) : null;
        }
        catch (SecretException exception)
        {
            return new SendResult.Refused(0, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendResult.Retry(0, $"no answer within {_options.Value.SendTimeout.TotalSeconds:0} s") { IsTimeout = isAsked };
        }
    }

    // A server that repeats a credential in its answer must not bring it into logs and notes, nor anything that steers a terminal.
    private static SendResult WithoutSecrets(SendResult result, Dictionary<string, SecretText> known)
    {
        var redactor = new Redactor(known.Values);
        return result switch
        {
            SendResult.Retry retry => retry with { Reason = Safe(retry.Reason) },
            SendResult.Refused refused => refused with { Reason = Safe(refused.Reason) },
            SendResult.Rejected rejected => rejected with
            {
                Reason = Safe(rejected.Reason),
                Guilty = [.. rejected.Guilty.Select(guilty => guilty with { Reason = Safe(guilty.Reason) })],
            },
            _ => result,
        };

        string Safe(string reason) => SafeText.Shortened(SafeText.OneLine(redactor.Mask(reason)), LongestReason);
    }

    private async Task<Dictionary<string, SecretText>> SecretsAsync(DestinationDefinition destination, SecretRead read, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SecretText>(destination.Secrets.Count + 1, StringComparer.Ordinal);
        foreach (var (column, name) in destination.Secrets)
        {
            known[column] = await _secrets.GetAsync(name, read, cancellationToken);
            foreach (var peer in destination.PeersOf(column))
            {
                SecretHosts.Check(name, known[column], peer);
            }
        }

        if (destination.Token is { } token)
        {
            known[EntraToken.Key] = await _tokens.GetAsync(token, read, cancellationToken);
        }

        return known;
    }
}
