using AuditFunctions.Events;

namespace AuditFunctions.Sources.Definition;

/// <summary>What an answer means to which an error rule applies.</summary>
public enum ErrorAction
{
    /// <summary>A failure that may be gone next time.</summary>
    Retry,

    /// <summary>The vendor asks us to wait.</summary>
    Throttle,

    /// <summary>The vendor will refuse again until somebody changes something.</summary>
    Refuse,

    /// <summary>There are no events: the window ends.</summary>
    Empty,

    /// <summary>The vendor does not know the cursor any more: a window from the mark takes over.</summary>
    Restart,

    /// <summary>It is a page all the same: the rules after it do not count for it.</summary>
    Ignore,

    /// <summary>What an item of a list stands for is gone: the others go on.</summary>
    Gone,

    /// <summary>It is refused as with <see cref="Refuse"/>, and asked again only after a long rest: the others of the source's partitions go on.</summary>
    Rest,
}

/// <summary>What an answer means that has a certain status, a value somewhere in its body, or both.</summary>
/// <param name="Status">The status; null for every good one.</param>
/// <param name="Path">Where the value stands; null when the status says all.</param>
/// <param name="Is">The value; null when any value but null, false, 0, an empty text, array or object does.</param>
/// <param name="Action">What the answer means.</param>
public sealed record ErrorRule(int? Status, string? Path, string? Is, ErrorAction Action)
{
    /// <summary>Index among the fields of a good page, for a rule that applies to one; or -1.</summary>
    public int PageField { get; init; } = -1;

    /// <summary>Index among the fields of <see cref="ErrorRules.Plan"/>, or -1.</summary>
    public int BodyField { get; init; } = -1;

    /// <summary>Index of the seconds to wait among the fields of the same, or -1.</summary>
    public int WaitField { get; init; } = -1;

    /// <summary>For <see cref="ErrorAction.Restart"/>: how the answer says from when on the vendor has events; null when it does not.</summary>
    public KeptTime? From { get; init; }

    /// <summary>Whether it applies to an answer with this status.</summary>
    public bool IsOf(int status) => Status is { } own ? own == status : status is >= 200 and < 300;

    /// <summary>Whether the text at the path is what the rule looks for.</summary>
    public bool Matches(string? text) => Is is { } bad ? text == bad : text is not (null or "false" or "0" or "[]" or "{}");

    /// <summary>Whether it applies wherever the other one does.</summary>
    public bool Covers(ErrorRule other) => Status == other.Status && (Path is null || (Path == other.Path && Is == other.Is));

    /// <summary>The rule in words.</summary>
    public override string ToString() => Path is null ? $"status {Status}" : Is is null ? $"'{Path}'" : $"'{Path}' is '{Is}'";
}

/// <summary>The error rules of a source: the first that applies decides.</summary>
/// <param name="Rules">In the order of the template.</param>
/// <param name="Plan">Reads what the rules look at in a body that need not be a page.</param>
public sealed record ErrorRules(IReadOnlyList<ErrorRule> Rules, PagePlan Plan)
{
    /// <summary>No rules.</summary>
    public static ErrorRules None { get; } = new([], PlanOf([]));

    /// <summary>A plan that looks for no events: they would stand at a name that no answer has.</summary>
    public static PagePlan PlanOf(IReadOnlyList<JsonPath> fields) => new(PageFormat.Json, JsonPath.Parse("['\u0001']"), [], fields);
}
