using AuditFunctions.Cli.Output;

namespace AuditFunctions.Cli.Shared;

/// <summary>
/// Asks a person. Questions go to the error output, so that the output holds data only. Where nobody answers (<c>--yes</c>, or the input has ended), an
/// answer is its proposal, and what has none is missing.
/// </summary>
/// <param name="here">What types and where questions go.</param>
/// <param name="asks">Whether anybody may be asked.</param>
internal sealed class Dialogue(Surroundings here, bool asks)
{
    private bool _isOver = !asks || here.Input is null;

    /// <summary>Whether somebody may still answer.</summary>
    public bool IsOpen => !_isOver;

    /// <summary>Asks until the answer is good.</summary>
    /// <param name="question">The question.</param>
    /// <param name="proposal">What no answer means; null when there must be one.</param>
    /// <param name="problem">Takes an answer, or says what is wrong with it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there is an answer.</returns>
    public async Task<bool> AskAsync(string question, string? proposal, Func<string, string?> problem, CancellationToken cancellationToken)
    {
        while (await LineAsync($"{question}{(proposal is { Length: > 0 } ? $" [{proposal}]" : "")}: ", ReadLine, cancellationToken) is { } line)
        {
            var answer = line.Trim() is { Length: > 0 } typed ? typed : proposal;
            if (answer is null)
            {
                await NoteAsync("  An answer is needed.");
            }
            else if (problem(answer) is { } wrong)
            {
                await NoteAsync($"  {wrong}");
            }
            else
            {
                return true;
            }
        }

        return proposal is not null && problem(proposal) is null;
    }

    /// <summary>A line that may be empty; null when nobody answers.</summary>
    public async Task<string?> TextAsync(string question, CancellationToken cancellationToken) => (await LineAsync(question + ": ", ReadLine, cancellationToken))?.Trim();

    /// <summary>A secret, which is shown nowhere; null when nobody answers or there is none.</summary>
    public async Task<string?> HiddenAsync(string question, CancellationToken cancellationToken)
    {
        if (here.ReadHidden is not { } read)
        {
            return await TextAsync(question, cancellationToken) is { Length: > 0 } text ? text : null;
        }

        var line = await LineAsync(question + ": ", read, cancellationToken);
        await NoteAsync("");
        return line?.Trim() is { Length: > 0 } typed ? typed : null;
    }

    /// <summary>Asks for a yes; null when nobody answers.</summary>
    public async Task<bool?> ConfirmAsync(string question, bool proposal, CancellationToken cancellationToken)
    {
        while (await TextAsync($"{question} [{(proposal ? "Y/n" : "y/N")}]", cancellationToken) is { } answer)
        {
            switch (answer.ToLowerInvariant())
            {
                case "":
                    return proposal;
                case "y" or "yes":
                    return true;
                case "n" or "no":
                    return false;
            }
        }

        return null;
    }

    private string? ReadLine() => here.Input?.ReadLine();

    private async Task<string?> LineAsync(string prompt, Func<string?> read, CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return null;
        }

        await here.Error.WriteAsync(Printable.Of(prompt).AsMemory(), cancellationToken);

        // A read of the console cannot be ended; Ctrl-C must not wait for it.
        var line = await Task.Run(read, CancellationToken.None).WaitAsync(cancellationToken);
        if (line is null)
        {
            _isOver = true;
            await NoteAsync("");
        }

        return line;
    }

    private Task NoteAsync(string text) => here.Error.WriteLineAsync(Printable.Of(text));
}
