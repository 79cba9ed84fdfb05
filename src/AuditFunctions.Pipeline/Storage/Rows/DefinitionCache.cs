using System.Collections.Concurrent;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>A row and what it means: a definition, or what is wrong with it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Definition">Null when the row is wrong.</param>
/// <param name="Problems">What is wrong; empty when nothing is.</param>
public sealed record DefinedRow<T>(TableRow Row, T? Definition, IReadOnlyList<Problem> Problems)
    where T : class;

/// <summary>
/// Sources and destinations as their rows say now. Rows are read again when they are older than the caller allows; a row is parsed again
/// only when it has changed. Thread safe.
/// </summary>
public sealed class DefinitionCache(StorageAccount storage, DefinitionReader reader, TimeProvider time)
{
    /// <summary>How old rows may be for the pipeline's work: somebody may have edited them since they were last read.</summary>
    public static readonly TimeSpan UsualMaxAge = TimeSpan.FromSeconds(15);

    private readonly Table<SourceDefinition> _sources = new(new RowTable(storage.Sources, RowTable.SourceKey), reader.Read, time);
    private readonly Table<DestinationDefinition> _destinations = new(new RowTable(storage.Destinations, RowTable.DestinationKey), DestinationCatalog.Read, time);

    /// <summary>All sources.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<SourceDefinition>>> SourcesAsync(TimeSpan maxAge, CancellationToken cancellationToken) =>
        _sources.GetAsync(maxAge, cancellationToken);

    /// <summary>All destinations.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>>> DestinationsAsync(TimeSpan maxAge, CancellationToken cancellationToken) =>
        _destinations.GetAsync(maxAge, cancellationToken);

    private sealed class Table<T>(RowTable rows, Func<TableRow, Problems, T?> read, TimeProvider time)
        where T : class
    {
        private readonly ConcurrentDictionary<string, DefinedRow<T>> _parsed = new(StringComparer.Ordinal);
        private IReadOnlyDictionary<string, DefinedRow<T>> _known = new Dictionary<string, DefinedRow<T>>();
        private DateTimeOffset _readAt = DateTimeOffset.MinValue;

        private SemaphoreSlim Gate { get; } = new(1);

        public async Task<IReadOnlyDictionary<string, DefinedRow<T>>> GetAsync(TimeSpan maxAge, CancellationToken cancellationToken)
        {
            await Gate.WaitAsync(cancellationToken);
            try
            {
                if (time.GetUtcNow() - _readAt >= maxAge)
                {
                    var startedAt = time.GetUtcNow();
                    _known = (await rows.ListAsync(cancellationToken)).ToDictionary(row => row.Name, Parse, StringComparer.Ordinal);
                    _readAt = startedAt;
                }

                return _known;
            }
            finally
            {
                Gate.Release();
            }
        }

        private DefinedRow<T> Parse(TableRow row)
        {
            if (_parsed.TryGetValue(row.Name, out var known) && SameColumns(known.Row, row))
            {
                return known;
            }

            var problems = new Problems();
            var definition = Read(row, problems);
            var defined = new DefinedRow<T>(row, definition, problems.Found);
            _parsed[row.Name] = defined;
            return defined;
        }

        // A fault of ours in reading one row must not take the others down.
        private T? Read(TableRow row, Problems problems)
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
}
