using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>A row and what it means: a definition, or what is wrong with it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Definition">Null when the row is wrong.</param>
/// <param name="Problems">What is wrong; empty when nothing is.</param>
public sealed record DefinedRow<T>(TableRow Row, T? Definition, IReadOnlyList<Problem> Problems)
    where T : class;

/// <summary>
/// The rows of one table and what they mean. Rows are read again when they are older than the caller allows; a row is parsed again only when it has
/// changed, or what it is read with. Thread safe.
/// </summary>
internal sealed class DefinedRows<T>(RowTable rows, TimeProvider time)
    where T : class
{
    private readonly Dictionary<string, DefinedRow<T>> _parsed = new(StringComparer.Ordinal);
    private Dictionary<string, DefinedRow<T>> _known = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;
    private object? _readWith;

    private SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The rows by name.</summary>
    /// <param name="read">Makes a definition of a row.</param>
    /// <param name="readWith">What <paramref name="read"/> goes by: another object has all rows read anew.</param>
    /// <param name="maxAge">How old the rows may be.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<IReadOnlyDictionary<string, DefinedRow<T>>> GetAsync(
        Func<TableRow, Problems, T?> read, object readWith, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            // Read in the future, by a clock that was put right since, they are as old as they may be.
            if ((time.GetUtcNow() - _readAt).Duration() >= maxAge || !ReferenceEquals(_readWith, readWith))
            {
                var startedAt = time.GetUtcNow();
                var found = await rows.ListAsync(cancellationToken);
                if (!ReferenceEquals(_readWith, readWith))
                {
                    _parsed.Clear();
                    _readWith = readWith;
                }

                _known = found.ToDictionary(row => row.Name, row => Parse(row, read), StringComparer.Ordinal);
                foreach (var gone in _parsed.Keys.Where(name => !_known.ContainsKey(name)))
                {
                    _parsed.Remove(gone);
                }

                _readAt = startedAt;
            }

            return _known;
        }
        finally
        {
            Gate.Release();
        }
    }

    private DefinedRow<T> Parse(TableRow row, Func<TableRow, Problems, T?> read)
    {
        if (_parsed.TryGetValue(row.Name, out var known) && SameColumns(known.Row, row))
        {
            return known;
        }

        var problems = new Problems();
        var definition = Read(row, read, problems);
        return _parsed[row.Name] = new DefinedRow<T>(row, definition, problems.Found);
    }

    // A bug in reading one row must not take the others down.
    private static T? Read(TableRow row, Func<TableRow, Problems, T?> read, Problems problems)
    {
        try
        {
            return read(row, problems);
        }
        catch (Exception exception)
        {
            problems.Add("", $"the row cannot be read because of a fault in the pipeline ({exception.GetType().Name}); report it.");
            return null;
        }
    }

    private static bool SameColumns(TableRow one, TableRow other) =>
        one.Columns.Count == other.Columns.Count && one.Columns.All(column => other[column.Key] == column.Value);
}
