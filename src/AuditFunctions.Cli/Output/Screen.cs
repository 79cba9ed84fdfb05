namespace AuditFunctions.Cli.Output;

/// <summary>
/// A terminal's other screen, drawn again and again in place: what was there before comes back at the end, and nothing is added to what can be scrolled
/// back. Where there is no terminal, drawings follow each other.
/// </summary>
internal sealed class Screen : IDisposable
{
    // Control sequences of xterm, which all terminals of today know.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private readonly TextWriter _output;
    private readonly bool _isTerminal;

    /// <summary>Takes the screen.</summary>
    /// <param name="output">Where to draw.</param>
    /// <param name="isTerminal">Whether that is a terminal.</param>
    public Screen(TextWriter output, bool isTerminal)
    {
        (_output, _isTerminal) = (output, isTerminal);
        if (isTerminal)
        {
            output.Write(Enter);
        }
    }

    /// <summary>Draws, over what was drawn before.</summary>
    public void Draw(IEnumerable<string> lines)
    {
        // Cleared before it is written: behind a line of full width it would take its last character.
        var text = string.Join(_isTerminal ? "\r\n" + ClearToEndOfLine : Environment.NewLine, lines);
        _output.Write(_isTerminal ? Home + ClearToEndOfLine + text + ClearBelow : text + Environment.NewLine + Environment.NewLine);
        _output.Flush();
    }

    /// <summary>Gives the screen back.</summary>
    public void Dispose()
    {
        if (_isTerminal)
        {
            _output.Write(Leave);
            _output.Flush();
        }
    }
}
