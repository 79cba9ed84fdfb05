using System.Collections.Frozen;

namespace AuditFunctions.Configuration;

/// <summary>The placeholders whose value is known only when a request is made.</summary>
public static class RunPlaceholders
{
    /// <summary>Start of the window; an instant, so it takes a time format: <c>{from:unix-ms}</c>.</summary>
    public const string From = "from";

    /// <summary>End of the window; an instant.</summary>
    public const string To = "to";

    /// <summary>The instant of the request.</summary>
    public const string Now = "now";

    /// <summary>The cursor of the page; absent on the first. <c>{cursor:json}</c> stands for a JSON value, not for a text.</summary>
    public const string Cursor = "cursor";

    /// <summary>The page number, counted from the paging's <c>start</c>.</summary>
    public const string Page = "page";

    /// <summary>How many events lie before the page.</summary>
    public const string Offset = "offset";

    /// <summary>How many events a page should hold.</summary>
    public const string PageSize = "pageSize";

    /// <summary>The handle of the job whose result is asked for.</summary>
    public const string JobHandle = "job.handle";

    /// <summary>What tells those who try a source out from those who run it, where the vendor keeps a position for each.</summary>
    public const string Consumer = "consumer";

    /// <summary>A UUID that no other request has.</summary>
    public const string Uuid = "uuid";

    /// <summary>The signed statement of a login request; it has a value there only.</summary>
    public const string LoginStatement = "login.statement";

    // {partition.region}: the value of that level of the partition that is asked for.
    private const string PartitionPrefix = "partition.";

    // {item.contentUri}: the value at that path in the item of a list whose answer is asked for.
    private const string ItemPrefix = "item.";

    // {cursor.after}: one value of a cursor that has several.
    private const string CursorPrefix = "cursor.";

    // {step.tenant}: what a step before the pages captured under that name.
    private const string StepPrefix = "step.";

    // {job.token}: what was captured under that name from the answer that says that the job is done.
    private const string JobPrefix = "job.";

    private static readonly FrozenSet<string> Names =
        FrozenSet.ToFrozenSet([From, To, Now, Cursor, Page, Offset, PageSize, JobHandle, Consumer, Uuid], StringComparer.Ordinal);

    /// <summary>All names, for messages.</summary>
    public static IEnumerable<string> All => Names.Append(CursorPrefix + "NAME").Append(PartitionPrefix + "NAME").Append(ItemPrefix + "PATH").Append(StepPrefix + "NAME").Append(JobPrefix + "NAME").Order(StringComparer.Ordinal);

    /// <summary>Whether a name is one of these.</summary>
    public static bool IsKnown(string name) => Names.Contains(name) || name == LoginStatement || LevelOf(name) is not null || ItemPathOf(name) is not null || CaptureOf(name) is not null || CursorPartOf(name) is not null || JobCaptureOf(name) is not null;

    /// <summary>The level of a source's partitions whose value a placeholder stands for; null when it stands for something else.</summary>
    public static string? LevelOf(string name) => name.StartsWith(PartitionPrefix, StringComparison.Ordinal) ? name[PartitionPrefix.Length..] : null;

    /// <summary>The placeholder of a level of partitions.</summary>
    public static string OfLevel(string level) => PartitionPrefix + level;

    /// <summary>The value of a cursor of several values that a placeholder stands for, by name; null when it stands for something else.</summary>
    public static string? CursorPartOf(string name) => name.StartsWith(CursorPrefix, StringComparison.Ordinal) ? name[CursorPrefix.Length..] : null;

    /// <summary>The placeholder of a value of a cursor that has several.</summary>
    public static string OfCursorPart(string part) => CursorPrefix + part;

    /// <summary>Whether a placeholder stands for what the page before says of the next one, or for its position.</summary>
    public static bool IsOfPaging(string name) => name is Cursor or Page or Offset || CursorPartOf(name) is not null;

    /// <summary>The path in an item whose value a placeholder stands for; null when it stands for something else.</summary>
    public static string? ItemPathOf(string name) => name.StartsWith(ItemPrefix, StringComparison.Ordinal) ? name[ItemPrefix.Length..] : null;

    /// <summary>The placeholder of a value of an item.</summary>
    public static string OfItem(string path) => ItemPrefix + path;

    /// <summary>The captured value that a placeholder stands for, by name; null when it stands for something else.</summary>
    public static string? CaptureOf(string name) => name.StartsWith(StepPrefix, StringComparison.Ordinal) ? name[StepPrefix.Length..] : null;

    /// <summary>The value of a job that a placeholder stands for, by name; null when it stands for something else, as for its handle.</summary>
    public static string? JobCaptureOf(string name) => name.StartsWith(JobPrefix, StringComparison.Ordinal) && name != JobHandle ? name[JobPrefix.Length..] : null;

    /// <summary>Whether a placeholder stands for an instant and so takes a time format.</summary>
    public static bool IsInstant(string name) => name is From or To or Now;

    /// <summary>Whether a placeholder stands for a whole number, which a JSON body holds without quotes.</summary>
    public static bool IsNumber(string name) => name is Page or Offset or PageSize;
}
