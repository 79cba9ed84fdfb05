namespace AuditFunctions.Destinations.Kafka;

/// <summary>Says of a body what became of its messages.</summary>
internal static class KafkaVerdict
{
    /// <summary>The result. Nothing that was taken is sent again.</summary>
    public static SendResult Of(IReadOnlyList<KafkaOutcome> outcomes)
    {
        var isTaken = outcomes.Any(outcome => outcome.Fate == KafkaFate.Taken);
        var refused = outcomes.FirstOrDefault(outcome => outcome.Fate == KafkaFate.Refused);
        if (refused is not null && !isTaken)
        {
            return new SendResult.Refused(0, refused.Reason) { IsCredential = refused.IsCredential };
        }

        // A suspect that could not be sent alone is not to blame yet.
        var later = Numbers(outcomes, KafkaFate.Later, KafkaFate.Refused, KafkaFate.Suspect);
        var guilty = Numbers(outcomes, KafkaFate.Guilty);
        if (later.Count + guilty.Count == 0)
        {
            return SendResult.Accepted.Instance;
        }

        if (later.Count == outcomes.Count)
        {
            return new SendResult.Retry(0, outcomes[0].Reason);
        }

        if (guilty.Count == outcomes.Count)
        {
            // Who takes nothing at all has a fault of its own: then no event is to blame.
            return new SendResult.Rejected(0, outcomes[0].Reason) { IsTooLarge = outcomes.All(outcome => outcome.IsTooLarge) };
        }

        return new SendResult.Rejected(0, outcomes[guilty.Count > 0 ? guilty[0] : later[0]].Reason)
        {
            Guilty = [.. guilty.Select(number => new RejectedEvent(number, outcomes[number].Reason))],
            Later = later,
            Others = OtherEvents.Taken,
        };
    }

    private static List<int> Numbers(IReadOnlyList<KafkaOutcome> outcomes, params KafkaFate[] fates) =>
        [.. Enumerable.Range(0, outcomes.Count).Where(number => fates.Contains(outcomes[number].Fate))];
}
