using System.Text.Json;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Chaos.Account;

/// <summary>All that lies in container <c>deadletter</c>.</summary>
internal sealed class DeadLetters
{
    private readonly List<DeadEvent> _events = [];
    private readonly List<DeadLetter> _others = [];

    /// <summary>Events that a destination refused, one per event of a letter.</summary>
    public IReadOnlyList<DeadEvent> Events => _events;

    /// <summary>Pages that were kept whole. A vendor that breaks off three answers in a row brings one about; their events are asked for again.</summary>
    public int Pages { get; private set; }

    /// <summary>What else there is.</summary>
    public IReadOnlyList<DeadLetter> Others => _others;

    public static async Task<DeadLetters> ReadAsync(StorageAccount storage, CancellationToken cancellationToken)
    {
        var store = new DeadLetterStore(storage);
        var letters = new DeadLetters();
        await foreach (var letter in store.ListAsync(new DeadLetterFilter(), cancellationToken))
        {
            if (letter.Note.Destination is { } destination && letter.Note.Format is not null && letter.Note.BatchId is { } batch)
            {
                var body = await store.ReadBodyAsync(letter.Name, cancellationToken);
                letters._events.AddRange(Read(body, letter.Note.Format == "events/1").Select(one => new DeadEvent(letter, destination, batch, one.Id, one.Text)));
            }
            else if (letter.Name.Contains("/_page/", StringComparison.Ordinal))
            {
                letters.Pages++;
            }
            else
            {
                letters._others.Add(letter);
            }
        }

        return letters;
    }

    // Read with another reader than the product's: it would not find its own faults.
    private static List<(string Id, string Text)> Read(byte[] body, bool isNeutral)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        var events = new List<(string, string)>();
        while (reader.Read())
        {
            if (isNeutral)
            {
                // The line before it, which says how long the event is.
                reader.Skip();
                reader.Read();
            }

            using var framed = JsonDocument.ParseValue(ref reader);
            var one = framed.RootElement.TryGetProperty("event", out var inner) ? inner : framed.RootElement;
            events.Add((OfferedBytes.IdOf(one), one.GetRawText()));
        }

        return events;
    }
}

/// <summary>An event in the dead letters.</summary>
/// <param name="Letter">Where.</param>
/// <param name="Destination">Who refused it.</param>
/// <param name="BatchId">The batch in which it was.</param>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its bytes as text.</param>
internal sealed record DeadEvent(DeadLetter Letter, string Destination, string BatchId, string Id, string Text);
