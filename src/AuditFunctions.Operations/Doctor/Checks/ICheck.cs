using AuditFunctions.Operations.Doctor.Findings;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>One kind of thing that is looked at. It changes nothing.</summary>
internal interface ICheck
{
    /// <summary>In one word.</summary>
    string Name { get; }

    /// <summary>The things to look at, each in a time of its own; none when there are none.</summary>
    IEnumerable<Look> Looks(Examination on);
}

/// <summary>A look at one thing.</summary>
/// <param name="Where">The thing.</param>
/// <param name="FindAsync">Looks at it.</param>
internal sealed record Look(string Where, Func<CancellationToken, Task<IReadOnlyList<Finding>>> FindAsync)
{
    /// <summary>A look that finds one thing.</summary>
    public static Look Of(string where, Func<CancellationToken, Task<Finding>> findAsync) =>
        new(where, async cancellationToken => [await findAsync(cancellationToken)]);
}
