using Spectre.Console;

namespace AuditFunctions.Cli.Output;

/// <summary>A table that is drawn again in place where there is a terminal; elsewhere only its last state is written.</summary>
internal sealed class LiveTable(IAnsiConsole console, bool isTerminal, string[] headings)
{
    private IReadOnlyList<string[]> _last = [];
    private int _drawn;

    /// <summary>Shows rows.</summary>
    public void Draw(IEnumerable<string[]> rows)
    {
        _last = [.. rows];
        if (isTerminal)
        {
            if (_drawn > 0)
            {
                console.Cursor.Move(CursorDirection.Up, _drawn);
            }

            // Borders, heading and rows: the table is as high as it was before.
            console.Write(Table());
            _drawn = _last.Count + 3;
        }
    }

    /// <summary>Leaves the last state standing.</summary>
    public void End()
    {
        if (!isTerminal)
        {
            console.Write(Table());
        }
    }

    private Table Table()
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true, ShowFooters = false };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading)) { Width = 12 };
            table.AddColumn(heading is "source" or "state" ? column : column.RightAligned());
        }

        foreach (var row in _last)
        {
            table.AddRow(row.Select(cell => new Text(Printable.Of(cell))));
        }

        return table;
    }
}
