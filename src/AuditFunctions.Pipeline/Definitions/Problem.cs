namespace AuditFunctions.Pipeline.Definitions;

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
    private readonly List<Problem> _found = [];

    /// <summary>Everything found so far, in the order of discovery.</summary>
    public IReadOnlyList<Problem> Found => _found;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool None => _found.Count == 0;

    /// <summary>Adds a problem.</summary>
    public void Add(string where, string what) => _found.Add(new Problem(where, what));
}
