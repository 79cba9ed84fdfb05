using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace AuditFunctions.Cli.Output;

/// <summary>Prints a command's data to standard output and everything else to standard error.</summary>
internal sealed class Printer(TextWriter output, TextWriter error)
{
    // Wide enough that nothing is wrapped where no terminal is.
    private const int FileWidth = 2_000;

    /// <summary>Writes a line of data.</summary>
    public void Line(string text = "") => output.WriteLine(Printable.Of(text));

    /// <summary>Writes a line that is no data.</summary>
    public void Note(string text) => error.WriteLine(Printable.Of(text));

    /// <summary>Writes data as it is; what would steer a terminal is replaced only where there is one.</summary>
    public Task RawAsync(ReadOnlyMemory<byte> text)
    {
        var decoded = Encoding.UTF8.GetString(text.Span);
        return output.WriteAsync(new AnsiConsoleOutput(output).IsTerminal ? Printable.Of(decoded) : decoded);
    }

    /// <summary>Writes a shape as JSON.</summary>
    public void Json<T>(T shape, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(shape, type));

    /// <summary>Writes a table; nothing but its headings when there are no rows.</summary>
    public void Table(string[] headings, IEnumerable<string?[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)) { Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Printable.Of(cell ?? ""))));
        }

        Console().Write(table);
    }

    /// <summary>Writes names and values below each other; those without a value are left out.</summary>
    public void Pairs(params IEnumerable<(string Name, string? Value)> pairs)
    {
        foreach (var line in TextColumns.Pairs(pairs))
        {
            Line(line);
        }
    }

    /// <summary>A table that is drawn again and again.</summary>
    public LiveTable Live(params string[] headings) => new(output, new AnsiConsoleOutput(output).IsTerminal, Width, Height, headings);

    /// <summary>Characters of a line; many where there is no terminal.</summary>
    public int Width => Console().Profile.Width;

    /// <summary>Lines of the terminal; as good as endless where there is none.</summary>
    public int Height => new AnsiConsoleOutput(output) is { IsTerminal: true } terminal ? terminal.Height : int.MaxValue;

    /// <summary>A screen that is drawn again and again.</summary>
    public Screen Screen() => new(output, new AnsiConsoleOutput(output).IsTerminal);

    private IAnsiConsole Console()
    {
        var target = new AnsiConsoleOutput(output);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Interactive = InteractionSupport.No,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        });
        if (!target.IsTerminal)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
