using System.Runtime.CompilerServices;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using Azure;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>A dead letter with what it holds.</summary>
/// <param name="Letter">Its name and note.</param>
/// <param name="Events">Its events; null when it is a page or message that was kept whole.</param>
/// <param name="Body">What was kept, decompressed.</param>
public sealed record OpenedLetter(DeadLetter Letter, IReadOnlyList<DeadLetterEvent>? Events, byte[] Body);

/// <summary>A dead letter that was to be sent again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Problem">Why it was not sent, and what to do; null when it was.</param>
public sealed record RetriedLetter(string Name, string? Problem);

/// <summary>Works on the dead letters that a filter names.</summary>
public sealed class DeadLetterActions(Installation installation)
{
    private readonly DeadLetterStore _store = installation.Get<DeadLetterStore>();

    /// <summary>The dead letters, by name; none when the container is missing.</summary>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var letters = _store.ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await letters.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == "ContainerNotFound")
            {
                yield break;
            }

            yield return letters.Current;
        }
    }

    /// <summary>The one dead letter of an id.</summary>
    /// <param name="id">Its name, or the last part of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">There is none, or there are several.</exception>
    public async Task<OpenedLetter> OpenAsync(string id, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetter>();
        await foreach (var letter in ListAsync(new DeadLetterFilter { Id = id }, cancellationToken))
        {
            found.Add(letter);
        }

        return found.Count switch
        {
            0 => throw new OperationException($"There is no dead letter '{id}'; 'auditfn dead-letters list' shows which there are."),
            1 => await OpenAsync(found[0], cancellationToken),
            _ => throw new OperationException($"Several dead letters have the id '{id}'; give the whole name: {string.Join(", ", found.Select(letter => letter.Name))}."),
        };
    }

    /// <summary>Sends dead letters again, one after the other; safe to repeat.</summary>
    public async IAsyncEnumerable<RetriedLetter> RetryAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var retry = installation.Make<DeadLetterRetry>();
        await foreach (var letter in ListAsync(filter, cancellationToken))
        {
            yield return new RetriedLetter(letter.Name, await retry.SendAsync(letter, cancellationToken));
        }
    }

    /// <summary>Removes dead letters for good, or only counts them.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="really">Whether they are removed.</param>
    /// <param name="cancellationToken">Ends it between two of them.</param>
    /// <returns>The names of those that were removed, or would be.</returns>
    public async Task<IReadOnlyList<string>> DiscardAsync(DeadLetterFilter filter, bool really, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var letter in ListAsync(filter, cancellationToken))
        {
            if (really)
            {
                await _store.RemoveAsync(letter.Name, cancellationToken);
            }

            names.Add(letter.Name);
        }

        return names;
    }

    /// <summary>Writes dead letters as lines of text. They stay where they are.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="format">How.</param>
    /// <param name="write">Takes the bytes, a piece at a time.</param>
    /// <param name="cancellationToken">Ends it between two of them.</param>
    /// <returns>How many lines stand for something, beside headings.</returns>
    public async Task<int> ExportAsync(DeadLetterFilter filter, LetterFormat format, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        ILetterExport export = format == LetterFormat.Csv ? new CsvExport() : new JsonLinesExport();
        var lines = 0;
        await write(export.Heading);
        await foreach (var letter in ListAsync(filter, cancellationToken))
        {
            var opened = await OpenAsync(letter, cancellationToken);
            foreach (var line in opened.Events?.Select(one => export.Line(letter, one)) ?? [export.Line(letter, opened.Body)])
            {
                await write(line);
                lines++;
            }
        }

        return lines;
    }

    private async Task<OpenedLetter> OpenAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var body = await _store.ReadBodyAsync(letter.Name, cancellationToken);
        return new OpenedLetter(letter, DeadLetterEvents.Read(letter.Note, body), body);
    }
}
