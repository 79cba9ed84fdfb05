using System.Security.Cryptography;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Http.Network;
using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>Sends a message for each event through one producer, which all deliveries share.</summary>
internal sealed class KafkaSender(KafkaSettings settings, int maxBodyBytes) : ISender
{
    private readonly Lock _gate = new();

    // The library holds a copy of every message until it is acknowledged.
    private readonly SemaphoreSlim _bodies = new(Math.Clamp(KafkaSettings.QueueBytes / (3 * maxBodyBytes), 1, 16));
    private KafkaSession? _session;

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        using var lines = LinesBody.Read(body);
        if (lines is null)
        {
            return new SendResult.Refused(0, LinesBody.Unreadable);
        }

        await _bodies.WaitAsync(cancellationToken);
        try
        {
            return await TryAsync(() => UseAsync(secrets), session => SendAsync(session, new KafkaMessages(settings, lines, body), secrets, cancellationToken));
        }
        finally
        {
            _bodies.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) => await TryAsync(
        () => Task.FromResult(new KafkaSession(settings, secrets)),
        async session =>
        {
            // The library's call cannot be broken off: it is left to end by itself.
            var asking = AskAsync(session);
            var first = await Task.WhenAny(asking, session.Broken, session.Unreachable).WaitAsync(cancellationToken);
            return first == asking ? await asking : KafkaVerdict.Of([first == session.Broken ? await session.Broken : session.Unknown]);
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        KafkaSession? session;
        lock (_gate)
        {
            session = _session;
            _session = null;
        }

        if (session is not null)
        {
            await LeaveAsync(session);
        }

        _bodies.Dispose();
    }

    private async Task<SendResult> TryAsync(Func<Task<KafkaSession>> use, Func<KafkaSession, Task<SendResult>> attempt)
    {
        KafkaSession session;
        try
        {
            session = await use();
        }
        catch (DllNotFoundException)
        {
            return new SendResult.Refused(0, "the Kafka library cannot be loaded: librdkafka must stand beside the program, as it does in what is published, built for this system.");
        }
        catch (CryptographicException)
        {
            return new SendResult.Refused(0, TlsOptions.NotPem(NetworkColumns.Authorities, NetworkColumns.Certificate)) { IsCredential = true };
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or KafkaException)
        {
            // Its text may hold what a secret holds.
            return new SendResult.Refused(0, $"the Kafka library does not take the row's settings ({exception.GetType().Name}). Check ca, certificate, username and password.") { IsCredential = true };
        }

        try
        {
            return await attempt(session);
        }
        finally
        {
            await LeaveAsync(session);
        }
    }

    private async Task<SendResult> SendAsync(KafkaSession session, KafkaMessages messages, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
    {
        var outcomes = await RunAsync(session, messages, [.. Enumerable.Range(0, messages.Count)], cancellationToken);
        int[] suspects = [.. Enumerable.Range(0, outcomes.Length).Where(number => outcomes[number].Fate == KafkaFate.Suspect)];
        if (suspects.Length > 0 && !session.Broken.IsCompleted)
        {
            // Brokers refuse requests as a whole: alone in one it shows which messages are to blame.
            var alone = new KafkaSession(settings, secrets, alone: true);
            try
            {
                var verdicts = await RunAsync(alone, messages, suspects, cancellationToken);
                for (var at = 0; at < suspects.Length; at++)
                {
                    outcomes[suspects[at]] = verdicts[at].Fate == KafkaFate.Suspect ? verdicts[at] with { Fate = KafkaFate.Guilty } : verdicts[at];
                }
            }
            finally
            {
                await LeaveAsync(alone);
            }
        }

        return KafkaVerdict.Of(outcomes);
    }

    private static async Task<KafkaOutcome[]> RunAsync(KafkaSession session, KafkaMessages messages, int[] numbers, CancellationToken cancellationToken)
    {
        var run = new KafkaRun(numbers.Length);
        KafkaOutcome? ofRest = null;
        for (var at = 0; at < numbers.Length; at++)
        {
            ofRest ??= session.Produce(messages.Of(numbers[at]), at, run);
            if (ofRest is not null)
            {
                run.Set(at, ofRest);
            }
        }

        try
        {
            return await Task.WhenAny(run.Ended, session.Broken).WaitAsync(cancellationToken) == run.Ended ? run.Outcomes(session.Unknown) : run.Outcomes(await session.Broken);
        }
        catch (OperationCanceledException)
        {
            // What is still in it must not be sent behind our back.
            session.Abandon(session.Unknown);
            throw;
        }
    }

    private Task<SendResult> AskAsync(KafkaSession session)
    {
        lock (_gate)
        {
            session.Uses++;
        }

        return Task.Run(
            async () =>
            {
                try
                {
                    return session.Ask();
                }
                finally
                {
                    await LeaveAsync(session);
                }
            },
            CancellationToken.None);
    }

    private async Task<KafkaSession> UseAsync(IReadOnlyDictionary<string, SecretText> secrets)
    {
        KafkaSession session;
        KafkaSession? former = null;
        lock (_gate)
        {
            if (_session is null || _session.Broken.IsCompleted || !_session.IsOf(secrets))
            {
                var next = new KafkaSession(settings, secrets);
                former = _session;
                _session = next;
            }

            session = _session;
            session.Uses++;
        }

        if (former is not null)
        {
            await LeaveAsync(former);
        }

        return session;
    }

    private async Task LeaveAsync(KafkaSession session)
    {
        lock (_gate)
        {
            session.Uses--;
            if (session.Uses > 0)
            {
                return;
            }
        }

        // Its threads are waited for.
        await Task.Run(session.Dispose, CancellationToken.None);
    }
}
