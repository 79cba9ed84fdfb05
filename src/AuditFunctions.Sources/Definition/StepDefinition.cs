using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>A request that is made before the pages: what it captures of its answer are placeholders of other requests.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Request">The request; it may use what the steps before it captured.</param>
public sealed record StepDefinition(string Name, RequestDefinition Request)
{
    /// <summary>How long what it captured is good; then it is made again.</summary>
    public required TimeSpan Life { get; init; }

    /// <summary>Whether it is made with the source's credential.</summary>
    public required bool Authenticates { get; init; }

    /// <summary>What is captured; the fields of <see cref="Plan"/> are its paths.</summary>
    public required IReadOnlyList<StepCapture> Captures { get; init; }

    /// <summary>Reads an answer.</summary>
    public required PagePlan Plan { get; init; }

    /// <summary>Errors that are as good as an answer, such as "already enabled".</summary>
    public required IReadOnlyList<ErrorRule> Accepted { get; init; }

    /// <summary>Reads the body of an error for those.</summary>
    public required PagePlan ErrorPlan { get; init; }

    /// <summary>Answers that mean something of their own, as those to pages do.</summary>
    public ErrorRules Errors { get; init; } = ErrorRules.None;

    /// <summary>Statuses of pages, beside 401 and 403, after which it is made again.</summary>
    public required IReadOnlyList<int> AgainAfter { get; init; }

    /// <summary>The levels of partitions that it uses: it is made for each of their values.</summary>
    public IReadOnlyList<string> Levels { get; } = [.. Request.Placeholders().Select(RunPlaceholders.LevelOf).OfType<string>().Distinct(StringComparer.Ordinal)];
}

/// <summary>A value that a step captures.</summary>
/// <param name="Name"><c>{step.NAME}</c> stands for it.</param>
/// <param name="Field">The index of its path among the fields of an answer, or -1.</param>
/// <param name="Header">The answer's header that holds it, or null.</param>
/// <param name="IsSecret">Whether it is kept out of everything that people see.</param>
/// <param name="Hosts">Of an address: the hosts at which it may be; empty when it is not an address.</param>
public sealed record StepCapture(string Name, int Field, string? Header, bool IsSecret, IReadOnlyList<string> Hosts)
{
    /// <summary>Where it stands, for messages.</summary>
    public required string Where { get; init; }
}
