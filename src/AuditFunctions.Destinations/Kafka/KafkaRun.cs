namespace AuditFunctions.Destinations.Kafka;

/// <summary>What became of the messages of one body, as the producer tells it message by message. Thread safe.</summary>
/// <param name="count">How many there are.</param>
internal sealed class KafkaRun(int count)
{
    private readonly KafkaOutcome?[] _outcomes = new KafkaOutcome?[count];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = count;

    /// <summary>Ends when the fate of each one is known.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Sets the fate of a message.</summary>
    public void Set(int number, KafkaOutcome outcome)
    {
        if (Interlocked.Exchange(ref _outcomes[number], outcome) is null && Interlocked.Decrement(ref _open) == 0)
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>What became of each one.</summary>
    /// <param name="otherwise">What counts for those of which nothing is known.</param>
    public KafkaOutcome[] Outcomes(KafkaOutcome otherwise) => [.. _outcomes.Select(outcome => outcome ?? otherwise)];
}
