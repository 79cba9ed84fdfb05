namespace AuditFunctions.Cli.Output;

/// <summary>
/// A table that is drawn again in place where there is a terminal, on its other screen; elsewhere only its last state is written. It is no larger than the
/// terminal: what is left out is counted.
/// </summary>
internal sealed class LiveTable(TextWriter output, bool isTerminal, int width, int height, string[] headings) : IDisposable
{
    // What is written below the last state, and the line where one types.
    private const int Below = 4;

    private IReadOnlyList<string[]> _last = [];
    private Screen? _screen;

    /// <summary>Shows rows: those that matter most first.</summary>
    public void Draw(IEnumerable<string[]> rows)
    {
        _last = [.. rows];
        if (isTerminal)
        {
            _screen ??= new Screen(output, isTerminal);
            _screen.Draw(Lines(height));
        }
    }

    /// <summary>Leaves the last state standing.</summary>
    public void End()
    {
        Dispose();
        foreach (var line in Lines(isTerminal ? height - Below : int.MaxValue))
        {
            output.WriteLine(line);
        }

        output.WriteLine();
    }

    /// <summary>Gives the terminal back.</summary>
    public void Dispose()
    {
        _screen?.Dispose();
        _screen = null;
    }

    private IEnumerable<string> Lines(int most)
    {
        // The heading, and the line that counts the others.
        var fits = _last.Count < most ? _last.Count : Math.Max(0, most - 2);
        int[] widths = [.. headings.Select((heading, column) => _last.Select(row => row[column].Length).Append(heading.Length).Max())];
        string[] Aligned(string[] row) => [.. row.Select((cell, column) => IsText(column) ? cell : cell.PadLeft(widths[column]))];
        var lines = TextColumns.Lines(Aligned(headings), _last.Take(fits).Select(Aligned), width);
        return fits == _last.Count ? lines : lines.Append($"{TextColumns.More} and {_last.Count - fits} more");
    }

    private bool IsText(int column) => headings[column] is "source" or "state";
}
