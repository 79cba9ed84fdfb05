using System.Text.Json;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>
/// Rows in groups that a transaction takes: 100 operations and 4 MiB at most
/// (https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions, read 2026-11-28).
/// </summary>
internal static class RowGroups
{
    /// <summary>Most bytes of a group; less than the service's own limit, for what stands around each row.</summary>
    public const int MostBytes = 3 * 1024 * 1024;

    private const int MostRows = 100;

    // The headers of its operation, its keys, and what stands around each column.
    private const int AroundRow = 1024;
    private const int AroundColumn = 8;

    /// <summary>The groups, in order.</summary>
    public static IEnumerable<IReadOnlyList<TableRow>> Of(IEnumerable<TableRow> rows)
    {
        var group = new List<TableRow>();
        var bytes = 0;
        foreach (var row in rows)
        {
            var size = SizeOf(row);
            if (group.Count == MostRows || (group.Count > 0 && bytes + size > MostBytes))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(row);
            bytes += size;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    // As JSON, where a quotation mark takes six bytes.
    private static int SizeOf(TableRow row) =>
        AroundRow + row.Columns.Sum(column => AroundColumn + Json(column.Key) + Json(column.Value));

    private static int Json(string text) => JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length;
}
