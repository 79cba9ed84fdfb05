using AuditFunctions.Events;
using AuditFunctions.Http;

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

    /// <summary>In a look-up of partitions: what is below the value that was asked about stays as it is, and the others go on.</summary>
    Skip,
}

/// <summary>What an answer means that has a certain status, a value somewhere in its body or in a header, or both.</summary>
/// <param name="Status">The status; null for every good one.</param>
/// <param name="Place">Where a value stands, and which ones count; null when the status says all.</param>
/// <param name="Action">What the answer means.</param>
public sealed record ErrorRule(int? Status, ErrorSign? Place, ErrorAction Action)
{
    /// <summary>Index among the fields of a good page, for a rule that applies to one; or -1.</summary>
    public int PageField { get; init; } = -1;

    /// <summary>Index among the fields of <see cref="ErrorRules.Plan"/>, or -1.</summary>
    public int BodyField { get; init; } = -1;

    /// <summary>Index of the seconds to wait among the fields of the same, or -1.</summary>
    public int WaitField { get; init; } = -1;

    /// <summary>Index of the seconds to wait among the fields of a good page, or -1.</summary>
    public int WaitPageField { get; init; } = -1;

    /// <summary>Index of the text that holds <see cref="From"/> among the fields of a good page, or -1.</summary>
    public int FromPageField { get; init; } = -1;

    /// <summary>For <see cref="ErrorAction.Restart"/>: how the answer says from when on the vendor has events; null when it does not.</summary>
    public KeptTime? From { get; init; }

    /// <summary>Whether it applies to an answer with this status.</summary>
    public bool IsOf(int status) => Status is { } own ? own == status : status is >= 200 and < 300;

    /// <summary>Whether it looks at the body, which must then be readable.</summary>
    public bool ReadsBody => Place is { Header: null };

    /// <summary>Whether it applies to an answer with its status.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="textAt">The text at the rule's path; null when the body cannot be read, so that a rule about it does not apply.</param>
    public bool Applies(HttpResponseMessage response, Func<ErrorRule, string?>? textAt) => Place is not { } place
        || (place.Header is { } header ? place.Matches(response.FirstHeader(header)) : textAt is not null && place.Matches(textAt(this)));

    /// <summary>Whether it applies wherever the other one does.</summary>
    public bool Covers(ErrorRule other) => Status == other.Status && (Place is null || (other.Place is not null && Place.Covers(other.Place)));

    /// <summary>The rule in words.</summary>
    public override string ToString() => Place?.ToString() ?? $"status {Status}";
}

/// <summary>The error rules of a source: the first that applies decides.</summary>
/// <param name="Rules">In the order of the template.</param>
/// <param name="Plan">Reads what the rules look at in a body that need not be a page.</param>
public sealed record ErrorRules(IReadOnlyList<ErrorRule> Rules, PagePlan Plan)
{
    /// <summary>The same in a body that had to be made JSON.</summary>
    public PagePlan ShapedPlan { get; init; } = Plan;

    /// <summary>No rules.</summary>
    public static ErrorRules None { get; } = new([], PlanOf([]));

    /// <summary>A plan that looks for no events: they would stand at a name that no answer has.</summary>
    public static PagePlan PlanOf(IReadOnlyList<JsonPath> fields) => new(PageFormat.Json, JsonPath.Parse("['\u0001']"), [], fields);
}
