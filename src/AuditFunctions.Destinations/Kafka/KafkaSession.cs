using System.Security.Cryptography;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Tokens;
using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>
/// A producer with its connections, as long as its secrets are the same and nothing is wrong with it as a whole. Its library's log is off: what matters of it is in
/// results. Thread safe.
/// </summary>
internal sealed class KafkaSession : IDisposable
{
    // A token is set anew whenever there is another one; the library must never think that it has none.
    private static readonly long TokenLifetime = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly KafkaSettings _settings;
    private readonly IReadOnlyDictionary<string, SecretText> _secrets;
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly TaskCompletionSource<KafkaOutcome> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _unreachable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SecretText? _token;
    private volatile string _lastError = "";
    private volatile bool _hasDelivered;

    /// <summary>Makes one; it connects by itself.</summary>
    /// <param name="settings">The topic.</param>
    /// <param name="secrets">The destination's secrets.</param>
    /// <param name="alone">Whether each message is a request's only one.</param>
    /// <exception cref="CryptographicException">A secret is not in PEM.</exception>
    /// <exception cref="InvalidOperationException">The library does not take the settings.</exception>
    public KafkaSession(KafkaSettings settings, IReadOnlyDictionary<string, SecretText> secrets, bool alone = false)
    {
        _settings = settings;
        _secrets = secrets;
        _token = secrets.GetValueOrDefault(EntraToken.Key);
        var builder = new ProducerBuilder<byte[]?, byte[]>(settings.Of(secrets, alone))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => OnError(error));
        if (settings.Auth == KafkaAuth.Entra)
        {
            builder.SetOAuthBearerTokenRefreshHandler((client, _) => SetToken(client, _token!));
        }

        _producer = builder.Build();
    }

    /// <summary>Deliveries that use it, and one for as long as it is the one to use. Under its sender's lock.</summary>
    public int Uses { get; set; } = 1;

    /// <summary>Ends when it is of no use any more, with what that means for messages that are under way.</summary>
    public Task<KafkaOutcome> Broken => _broken.Task;

    /// <summary>Ends when no broker could be reached. The library goes on trying.</summary>
    public Task Unreachable => _unreachable.Task;

    /// <summary>What the library said last is wrong with connections.</summary>
    public KafkaOutcome Unknown => new(KafkaFate.Later, _lastError.Length == 0 ? "no answer" : _lastError);

    /// <summary>Whether it was made with these secrets. A token may differ: it is set anew.</summary>
    public bool IsOf(IReadOnlyDictionary<string, SecretText> secrets)
    {
        foreach (var (column, secret) in secrets)
        {
            if (column != EntraToken.Key && !secret.SameAs(_secrets.GetValueOrDefault(column)))
            {
                return false;
            }
        }

        if (secrets.GetValueOrDefault(EntraToken.Key) is { } token && !token.SameAs(_token))
        {
            _token = token;
            SetToken(_producer, token);
        }

        return true;
    }

    /// <summary>Hands a message to the producer, which tells its fate to the run.</summary>
    /// <returns>What holds for all messages behind it too, when the producer takes none; null to go on.</returns>
    public KafkaOutcome? Produce(Message<byte[]?, byte[]> message, int number, KafkaRun run)
    {
        try
        {
            _producer.Produce(_settings.Topic, message, report =>
            {
                // The error that ended the producer says more: it is the outcome of what stays open.
                if (report.Error.Code is not (ErrorCode.Local_Fatal or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight))
                {
                    run.Set(number, OutcomeOf(report.Error));
                }
            });
            return null;
        }
        catch (ProduceException<byte[]?, byte[]> exception) when (exception.Error.Code == ErrorCode.MsgSizeTooLarge)
        {
            run.Set(number, new KafkaOutcome(KafkaFate.Guilty, $"its message is longer than maxMessageBytes, {_settings.MaxMessageBytes}, allows", IsTooLarge: true));
            return null;
        }
        catch (ProduceException<byte[]?, byte[]> exception) when (exception.Error.Code == ErrorCode.Local_Fatal)
        {
            return null;
        }
        catch (ProduceException<byte[]?, byte[]> exception)
        {
            return KafkaOutcome.Of(exception.Error);
        }
    }

    /// <summary>Asks for the topic. It blocks its thread.</summary>
    public SendResult Ask()
    {
        using var client = new DependentAdminClientBuilder(_producer.Handle).Build();
        try
        {
            var metadata = client.GetMetadata(_settings.Topic, _settings.DeliveryTimeout);
            var error = metadata.Topics.FirstOrDefault()?.Error ?? new Error(ErrorCode.UnknownTopicOrPart);
            return KafkaVerdict.Of([KafkaOutcome.Of(error)]);
        }
        catch (KafkaException exception)
        {
            return KafkaVerdict.Of([KafkaOutcome.Of(exception.Error) is { Fate: KafkaFate.Later } && _lastError.Length > 0 ? Unknown : KafkaOutcome.Of(exception.Error)]);
        }
    }

    /// <summary>Nobody is to use it any more.</summary>
    public void Abandon(KafkaOutcome why) => _broken.TrySetResult(why);

    /// <summary>Ends it. What is still in it is given a moment, unless it is broken; the rest is not sent any more.</summary>
    public void Dispose()
    {
        if (!_broken.Task.IsCompleted)
        {
            _producer.Flush(TimeSpan.FromSeconds(5));
        }

        _producer.Dispose();
    }

    private static void SetToken(IClient client, SecretText token) => client.OAuthBearerSetToken(token.Reveal(), TokenLifetime, "auditfunctions");

    // On the library's own thread.
    private KafkaOutcome OutcomeOf(Error error)
    {
        if (!error.IsError)
        {
            _hasDelivered = true;
            _lastError = "";
        }

        var outcome = KafkaOutcome.Of(error);
        return error.Code == ErrorCode.Local_MsgTimedOut && _lastError is { Length: > 0 } why ? outcome with { Reason = $"{outcome.Reason}; {why}" } : outcome;
    }

    // On the library's own thread.
    private void OnError(Error error)
    {
        var outcome = KafkaOutcome.Of(error);
        if (error.Code != ErrorCode.Local_AllBrokersDown)
        {
            _lastError = outcome.Reason;
        }

        // A certificate that is not trusted now is not trusted later; where messages were delivered the library goes on, and repeats without a duplicate what was under way.
        if (error.IsFatal || outcome.Fate == KafkaFate.Refused || (error.Code == ErrorCode.Local_Ssl && !_hasDelivered))
        {
            Abandon(outcome);
        }

        if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            _unreachable.TrySetResult();
        }
    }
}
