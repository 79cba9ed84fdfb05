namespace AuditFunctions.Operations.Doctor.Findings;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Worth knowing; nothing is wrong, or it passes by itself.</summary>
    Note,

    /// <summary>Something is wrong.</summary>
    Problem,
}

/// <summary>What a check found. Holds no secret.</summary>
/// <param name="Where">What was looked at.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="What">What was found.</param>
public sealed record Finding(string Where, FindingLevel Level, string What)
{
    /// <summary>What to do about it; null when <see cref="What"/> says it, or there is nothing to do.</summary>
    public string? Mend { get; init; }

    /// <summary>A command line for a POSIX shell that fixes it, or shows more of it. What is not known stands in angle brackets.</summary>
    public string? Command { get; init; }

    /// <summary>All is well.</summary>
    public static Finding Ok(string where, string what) => new(where, FindingLevel.Ok, what);

    /// <summary>Worth knowing.</summary>
    public static Finding Note(string where, string what, string? mend = null, string? command = null) =>
        new(where, FindingLevel.Note, what) { Mend = mend, Command = command };

    /// <summary>Something is wrong.</summary>
    public static Finding Problem(string where, string what, string? mend = null, string? command = null) =>
        new(where, FindingLevel.Problem, what) { Mend = mend, Command = command };
}
