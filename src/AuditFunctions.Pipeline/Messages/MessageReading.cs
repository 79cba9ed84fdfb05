using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Messages;

/// <summary>Reads queue messages. What can never be read is recognised, so that it does not come back for ever.</summary>
internal static class MessageReading
{
    private const int KnownVersion = 1;

    // Table keys and blob names take more; ours are far shorter.
    private const int LongestKey = 500;

    private const int MostAttempts = 1_000_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(3_650);

    /// <summary>Reads a message of queue <c>fetch</c>; null, with the reason, when it is not one.</summary>
    public static FetchMessage? Fetch(string text, out string reason)
    {
        try
        {
            FetchMessage? readable = null;
            var message = JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage);
            reason = message is null ? "it is null"
                : message.SchemaVersion != KnownVersion ? $"its schema version is {message.SchemaVersion}"
                : message.More?.Any(target => target is null) == true ? "it names nothing where a source should be"
                : message.Targets.Any(target => !ResourceName.IsValid(target.Source)) || !ResourceName.IsValid(message.Source) ? "its source is no source's name"
                : message.Partitions.Count == 0 ? "it names no partition"
                : (readable = Readable(message)) is null ? "none of its partitions is a partition's name"
                : "";
            return reason.Length == 0 ? readable : null;
        }
        catch (JsonException exception)
        {
            reason = $"it is no fetch message at byte {exception.BytePositionInLine}";
            return null;
        }
    }

    /// <summary>Reads a message of queue <c>ship</c>; null, with the reason, when it is not one.</summary>
    public static ShipMessage? Ship(string text, out string reason)
    {
        try
        {
            var message = JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage);
            reason = message is null ? "it is null"
                : message.SchemaVersion != KnownVersion ? $"its schema version is {message.SchemaVersion}"
                : message.Body is null && message.Blob is null ? "it has no body"
                : !ResourceName.IsValid(message.Source) ? "its source is no source's name"
                : !ResourceName.IsValid(message.Destination) ? "its destination is no destination's name"
                : !IsPartition(message.Partition) || !IsKey(message.BatchId) || !IsKey(message.Day) ? "its partition, batch id or day cannot be one"
                : message.Blob is { } blob && blob != BodyStore.NameOf(message.Day, message.Destination, message.BatchId) ? "its blob is not that of its batch"
                : message.DeadLetter is { } letter && !IsDeadLetter(letter) ? "its dead letter can have no such name"
                : message.DeadLetter is { } retried && message.BatchId != RetryId.Of(retried, message.Retry) ? "its batch id is not that of its dead letter"
                : message.Events < 0 || message.RawBytes < 0 || message.Attempt < 0 ? "it counts below zero"
                : message.RawBytes > BodyGzip.MaxRawBytes ? "its body is larger than any may be"
                : message.Events > message.RawBytes ? "it counts more events than its body has bytes"
                : "";
            return reason.Length == 0 ? Clamped(message!) : null;
        }
        catch (JsonException exception)
        {
            reason = $"it is no ship message at byte {exception.BytePositionInLine}";
            return null;
        }
    }

    // One that cannot be read keeps none of the others from being fetched: they may be those of other sources.
    private static FetchMessage? Readable(FetchMessage message)
    {
        FetchTarget[] targets =
        [
            .. (message.More ?? []).Prepend(new FetchTarget(message.Source, message.Partitions))
                .Select(target => target with { Partitions = [.. target.Partitions.Where(IsPartition)] })
                .Where(target => target.Partitions.Count > 0),
        ];
        return targets.Length == 0 ? null : message with { Source = targets[0].Source, Partitions = targets[0].Partitions, More = targets.Length > 1 ? targets[1..] : null };
    }

    // Numbers that cannot be ours would overflow where they are added to.
    private static ShipMessage Clamped(ShipMessage message) => message with
    {
        Attempt = Math.Min(message.Attempt, MostAttempts),
        Retry = Math.Clamp(message.Retry, 0, MostAttempts),
        Waited = message.Waited is { } waited && waited >= TimeSpan.Zero && waited <= LongestWait ? waited : null,
    };

    // A day, a source or one of our folders, a destination, and what distinguishes it.
    private static bool IsDeadLetter(string name) =>
        name.Length <= LongestKey && name.Split('/') is { Length: >= 3 and <= 6 } parts
        && parts.All(part => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && part.Any(letter => letter != '.'));

    // It may hold anything that can be written as UTF-8: keys and names are made of it by StoredName.
    private static bool IsPartition(string? key) => key is { Length: > 0 and <= PartitionKey.MaxLength } && key.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    // A name that storage would refuse as part of a key would come back for ever.
    private static bool IsKey(string? name) =>
        name is { Length: > 0 and <= LongestKey } && !name.AsSpan().ContainsAny("/\\#?@") && !name.Any(char.IsControl);
}
