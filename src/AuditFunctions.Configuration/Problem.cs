namespace AuditFunctions.Configuration;

/// <summary>One thing that is wrong with a row, a template or a file: where it stands, what is wrong, what is allowed.</summary>
/// <param name="Where">The column, key path or file position, as its author would name it.</param>
/// <param name="What">What is wrong and what to do about it. Never holds a value that could be a secret.</param>
public sealed record Problem(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Where.Length == 0 ? What : $"{Where}: {What}";
}

/// <summary>Collects every problem of one input, so that its author sees them all at once.</summary>
public sealed class Problems
{
    private const int MostProblems = 100;
    private const int LongestText = 2_000;

    private readonly List<Problem> _found = [];

    /// <summary>Everything found so far, in the order of discovery.</summary>
    public IReadOnlyList<Problem> Found => _found;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool None => _found.Count == 0;

    /// <summary>Adds a problem. What quotes a value that is too long, or that would break a line of a log, is made readable; beyond 100 problems no more are kept.</summary>
    public void Add(string where, string what)
    {
        if (_found.Count < MostProblems)
        {
            _found.Add(new Problem(Readable(where), Readable(what)));
        }
    }

    // The end of a long text stays: it says what to do.
    private static string Readable(string text)
    {
        var shortened = text.Length <= LongestText ? text : $"{text[..(LongestText / 2)]}...{text[^(LongestText / 2)..]}";
        return shortened.Any(char.IsControl) ? new string([.. shortened.Select(c => char.IsControl(c) ? ' ' : c)]) : shortened;
    }
}
