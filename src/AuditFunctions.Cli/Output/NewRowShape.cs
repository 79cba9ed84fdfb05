using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Cli.Output;

/// <summary>A row that was made.</summary>
/// <param name="Kind">source or destination.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Written">Whether it was written.</param>
/// <param name="SourceTest">What its first page held; null when it was not tested.</param>
/// <param name="DestinationTest">Whether it took an event; null when it was not tested.</param>
internal sealed record NewRowShape(
    string Kind, string Name, IReadOnlyDictionary<string, string> Columns, bool Written, SourceTestShape? SourceTest, DestinationTestShape? DestinationTest)
{
    public static NewRowShape Of(FileRow row, bool written, SourceTestShape? source, DestinationTestShape? destination) =>
        new(row.Kind.Word(), row.Row.Name, row.Row.Columns, written, source, destination);
}
