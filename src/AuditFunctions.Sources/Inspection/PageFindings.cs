namespace AuditFunctions.Sources.Inspection;

/// <summary>What a template found on one page, for people.</summary>
/// <param name="Lines">One line for each path and condition of the template.</param>
public sealed record PageFindings(IReadOnlyList<Finding> Lines);

/// <summary>What stands at a path, or what a condition says.</summary>
/// <param name="Text">A whole line.</param>
/// <param name="IsDoubtful">Whether it looks like a mistake in the template.</param>
public sealed record Finding(string Text, bool IsDoubtful);
