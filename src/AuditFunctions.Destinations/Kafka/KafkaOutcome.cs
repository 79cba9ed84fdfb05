using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>What becomes of a message.</summary>
internal enum KafkaFate
{
    /// <summary>All replicas that must have it do.</summary>
    Taken,

    /// <summary>Not now, or it is not known: it is sent again.</summary>
    Later,

    /// <summary>Not until somebody acts.</summary>
    Refused,

    /// <summary>Not with the request it was in: it or another message of it is not taken.</summary>
    Suspect,

    /// <summary>Never: its content is not taken.</summary>
    Guilty,
}

/// <summary>What became of a message.</summary>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsCredential">Whether it is the credential that was refused.</param>
/// <param name="IsTooLarge">Whether only its size is to blame.</param>
internal sealed record KafkaOutcome(KafkaFate Fate, string Reason, bool IsCredential = false, bool IsTooLarge = false)
{
    // Longer than any reason of the library: what is left of a secret that is cut off would not be found any more.
    private const int MostReason = 1_000;

    /// <summary>It was taken.</summary>
    public static KafkaOutcome Taken { get; } = new(KafkaFate.Taken, "");

    /// <summary>What an error of a broker or of the library means ("Kafka protocol guide", error codes; librdkafka's <c>rdkafka.h</c>).</summary>
    public static KafkaOutcome Of(Error error)
    {
        var text = $"{error.Code}: {(error.Reason.Length > MostReason ? error.Reason[..MostReason] : error.Reason)}";
        return error.Code switch
        {
            ErrorCode.NoError => Taken,
            ErrorCode.MsgSizeTooLarge => new KafkaOutcome(KafkaFate.Suspect, $"{text}. max.message.bytes of the topic is smaller than maxMessageBytes", IsTooLarge: true),
            ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.InvalidMsg or ErrorCode.Local_InvalidDifferentRecord => new KafkaOutcome(KafkaFate.Suspect, text),
            ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState =>
                new KafkaOutcome(KafkaFate.Refused, $"{text}. Check auth, username and password", IsCredential: true),
            ErrorCode.TopicAuthorizationFailed => new KafkaOutcome(KafkaFate.Refused, $"{text}. Grant Write and Describe on the topic"),
            ErrorCode.ClusterAuthorizationFailed => new KafkaOutcome(KafkaFate.Refused, $"{text}. Grant IdempotentWrite on the cluster, which brokers before 2.8 ask for"),
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException =>
                new KafkaOutcome(KafkaFate.Refused, $"{text}. Create the topic, or grant Describe on it"),
            ErrorCode.UnsupportedCompressionType => new KafkaOutcome(KafkaFate.Refused, $"{text}. Choose another compression"),
            ErrorCode.PolicyViolation or ErrorCode.InvalidRequiredAcks or ErrorCode.UnsupportedForMessageFormat or ErrorCode.UnsupportedVersion
                or ErrorCode.SecurityDisabled or ErrorCode.Local_UnsupportedFeature => new KafkaOutcome(KafkaFate.Refused, text),
            ErrorCode.Local_Ssl => new KafkaOutcome(KafkaFate.Later, $"TLS: {text}. Check the brokers' certificate, ca and certificate"),
            _ => new KafkaOutcome(KafkaFate.Later, text),
        };
    }
}
