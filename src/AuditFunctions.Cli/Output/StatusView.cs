using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Status;
using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Cli.Output;

/// <summary>How an installation is doing, in lines for people: what needs somebody stands first.</summary>
/// <param name="Status">How it is doing.</param>
/// <param name="Width">Characters of a line.</param>
/// <param name="Height">Lines at most; what is left out is counted.</param>
internal sealed record StatusView(InstallationStatus Status, int Width, int Height = int.MaxValue)
{
    // Headings, blank lines and the line that counts what is left out.
    private const int Frame = 4;

    private static readonly string[] PartitionHeadings = ["source", "state", "last event", "delivery (of it ours)", "events", "next poll"];
    private static readonly string[] DestinationHeadings = ["destination", "state", "waiting", "last delivery", "next try"];

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        string[] alarm = Status.IsRunning ? [] : [TextColumns.Truncated($"{char.ToUpperInvariant(Status.Attention[0][0])}{Status.Attention[0][1..]}. See whether the app runs.", Width), ""];
        string[] summary = [.. Summary()];
        Block[] destinations = [.. Status.Destinations.OrderBy(report => report.State.IsWell).Select(Of)];
        Block[] partitions = [.. SourceGroups.Of(Status).SelectMany(BlocksOf)];

        // Destinations are few, and hold up sources: they get what they need up to half of the room.
        var room = Math.Max(2, Height - alarm.Length - summary.Length - (2 * Frame));
        var shown = Fitting(destinations, room / 2);
        string[] below = [.. Table(DestinationHeadings, destinations, shown, "destinations")];
        string[] above = [.. Table(PartitionHeadings, partitions, Fitting(partitions, room - shown.Sum(block => block.Height)), "sources")];
        string[] misplaced = [.. Status.Misplaced.Select(row => TextColumns.Truncated(row.Sentence, Width))];
        alarm = [.. alarm, .. misplaced, .. misplaced.Length > 0 ? [""] : Array.Empty<string>()];
        var none = Status.IsPart ? "No source is in such a state." : "There are no sources yet; add rows with 'auditfn apply FILE'.";
        return [.. alarm, .. above.Length > 0 ? above : [none], .. below.Length > 0 ? ["", .. below] : Array.Empty<string>(), "", .. summary];
    }

    private static Block[] Fitting(Block[] blocks, int room) => [.. blocks.TakeWhile(block => (room -= block.Height) >= 0)];

    private IEnumerable<string> Table(string[] headings, Block[] blocks, Block[] shown, string noun)
    {
        if (blocks.Length == 0)
        {
            yield break;
        }

        string[] lines = [.. TextColumns.Lines(headings, shown.Select(block => block.Cells), Width)];
        yield return lines[0];
        for (var at = 0; at < shown.Length; at++)
        {
            yield return lines[at + 1];
            if (shown[at].Reason is { } reason)
            {
                yield return Height == int.MaxValue ? reason : TextColumns.Truncated(reason, Width);
            }
        }

        if (shown.Length < blocks.Length)
        {
            var hidden = blocks[shown.Length..];
            yield return TextColumns.Truncated($"{TextColumns.More} and {hidden.Length} more {noun}, {hidden.Count(block => block.IsWell)} of them well", Width);
        }
    }

    private IEnumerable<string> Summary()
    {
        (string Name, string? Value)[] pairs =
        [
            ("last tick", Status.LastTickAt is { } tick ? $"{Instants.Short(tick, Status.At)}, {Rounded.Of(Status.At - tick)} ago" : "none yet: nothing polls by itself"),
            ("queue fetch", Waiting(Status.FetchQueue)),
            ("queue ship", Waiting(Status.ShipQueue)),
            ("dead letters", $"{Status.DeadLetters:N0}"),
            ("given up by the host", Status.Poisoned > 0 ? $"{Counted.Of(Status.Poisoned, "message")}; bring them back with 'auditfn queues restore'" : null),
        ];
        return TextColumns.Pairs(pairs).Select(line => TextColumns.Truncated(line, Width));
    }

    private string Waiting(QueueReport queue) =>
        $"{Counted.Of(queue.Messages, "message")}{(queue.OldestAt is { } oldest ? $", the oldest waits {Rounded.Of(Status.At - oldest)}" : "")}";

    // A source with many partitions is a line, and a line for the worst of them.
    private IEnumerable<Block> BlocksOf(SourceGroup group)
    {
        if (!group.IsSummarised)
        {
            return group.Partitions.Select(Of);
        }

        string?[] cells =
        [
            $"{group.Source} ({group.Partitions.Count:N0})",
            group.States,
            Short(group.Partitions.Max(report => report.MarkAt)),
            null,
            $"{group.Partitions.Sum(report => report.Events):N0}",
            Short(group.Partitions.Min(report => report.NextPollAt)),
        ];
        return group.Worst.Select(Of).Prepend(new Block(cells, group.IsWell, Reason(Dropped(DroppedEvents.Sum(group.Partitions.Select(report => report.Dropped))))));
    }

    private Block Of(PartitionReport report) => new(
        [
            report.Name,
            report.State.Describe(Status.At),
            Short(report.MarkAt),
            report.Delivery is { } times ? $"{(times.Delivery is { } whole ? Rounded.Of(whole) : "?")} ({Rounded.Of(times.Run)})" : null,
            $"{report.Events:N0}",
            Short(report.NextPollAt),
        ],
        report.State.IsWell,
        Reason(report.Error ?? (string.Join("; ", new[] { Gap(report), report.Doubt, Listing(report), Dropped(report.Dropped) }.OfType<string>()) is { Length: > 0 } more ? more : null)));

    private static string? Dropped(DroppedEvents dropped) =>
        dropped.IsNone ? null : $"left out by processors: {string.Join(", ", dropped.ByName.OrderByDescending(one => one.Value).Select(one => $"{one.Key} {one.Value:N0}"))}";

    private string? Gap(PartitionReport report) => report.Gap is { } gap
        ? $"events from {Instants.Short(gap.FromAt, Status.At)} to {Instants.Short(gap.ToAt, Status.At)} may be missing: the vendor did not have them any more"
        : null;

    private string? Listing(PartitionReport report) => report.Listing is { } last
        ? $"last listing: {Counted.Of(last.Objects, "object")}, complete {Instants.Short(last.EndedAt, Status.At)}{(last.Doubt is { } doubt ? $", in doubt: {doubt}" : "")}"
        : null;

    private Block Of(DestinationReport report) => new(
        [
            report.Name,
            report.State.Describe(Status.At),
            $"{report.State.Waiting:N0}",
            Short(report.LastDeliveryAt),
            Short(report.NextTryAt),
        ],
        report.State.IsWell,
        Reason(report.State.Reason));

    private string? Short(DateTimeOffset? at) => at is { } known ? Instants.Short(known, Status.At) : null;

    private static string? Reason(string? text) => text is null ? null : "  " + Printable.Of(text).ReplaceLineEndings(" ");

    private sealed record Block(string?[] Cells, bool IsWell, string? Reason)
    {
        public int Height => Reason is null ? 1 : 2;
    }
}
