using System.Globalization;
using System.Text;
using AuditFunctions.Destinations.Lines;
using Confluent.Kafka;

namespace AuditFunctions.Destinations.Kafka;

/// <summary>Makes the messages of a body: the event as value, and headers that say where it comes from.</summary>
internal sealed class KafkaMessages(KafkaSettings settings, LinesBody lines, SendBody body)
{
    private readonly byte[] _source = Encoding.UTF8.GetBytes(lines.Source);
    private readonly byte[] _partition = Encoding.UTF8.GetBytes(lines.Partition);
    private readonly byte[] _batch = Encoding.ASCII.GetBytes(body.BatchId);
    private readonly List<(string Name, byte[] Value)> _origin = [.. lines.Origin.Select(member => (member.Name, Encoding.UTF8.GetBytes(member.Value)))];

    /// <summary>How many there are.</summary>
    public int Count => lines.Events.Count;

    /// <summary>A message.</summary>
    public Message<byte[]?, byte[]> Of(int number)
    {
        var id = Encoding.UTF8.GetBytes(lines.Id(number));
        var headers = new Headers { { "source", _source }, { "partition", _partition }, { "id", id }, { "batch", _batch } };
        if (lines.Events[number].Time is { } time)
        {
            headers.Add("time", Encoding.ASCII.GetBytes(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        }

        _origin.ForEach(member => headers.Add(member.Name, member.Value));

        return new Message<byte[]?, byte[]>
        {
            Key = settings.Key switch
            {
                KafkaKey.Source => _source,
                KafkaKey.Id => id,
                _ => null,
            },
            Value = (settings.HasEnvelope ? lines.Line(number) : lines.Event(number)).ToArray(),
            Headers = headers,

            // Not the event's: by a message's timestamp a topic forgets it, and brokers refuse those that are far from their clock.
            Timestamp = new Timestamp(body.SentAt),
        };
    }
}
