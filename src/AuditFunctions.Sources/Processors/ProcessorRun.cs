using System.Globalization;
using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors;

/// <summary>A list at work on the events of one page. Not thread safe.</summary>
public sealed class ProcessorRun : IDisposable
{
    /// <summary>Bytes by which the events of a page may grow altogether: beyond it, what makes an event longer fails.</summary>
    internal const int MostGrowth = 64 * 1024 * 1024;

    private const int MostParts = 1_000_000;

    // So many events of a page on which an action takes too long: more of them would keep the source from being fetched at all.
    private const int MostSlow = 10;

    private readonly ProcessorList _list;
    private readonly ProcessorCall _call;
    private readonly int[] _dropped;
    private readonly int[] _failed;
    private readonly int[] _slow;
    private readonly List<Level> _levels = [];
    private long _growth;
    private long _parts;

    internal ProcessorRun(ProcessorList list, ProcessorPage page)
    {
        _list = list;
        _call = new ProcessorCall(page);
        _dropped = new int[list.Steps.Count];
        _failed = new int[list.Steps.Count];
        _slow = new int[list.Steps.Count];
    }

    /// <summary>The first failure of the page, with the name of its entry; null when there was none.</summary>
    public string? FirstFailure { get; private set; }

    /// <summary>What each entry did so far, in order.</summary>
    public IReadOnlyList<ProcessorCount> Counts => [.. _list.Steps.Select((step, at) => new ProcessorCount(step.Name, _dropped[at], _failed[at]))];

    /// <summary>Applies the list to an event.</summary>
    /// <param name="json">The event as the vendor sent it: valid JSON.</param>
    /// <param name="id">Its id as it stands in the event; empty when it has none there.</param>
    /// <param name="key">Its key.</param>
    /// <param name="time">Its time, if it could be read.</param>
    /// <param name="into">Takes what becomes of it, at once.</param>
    public void Apply(ReadOnlySpan<byte> json, ReadOnlySpan<byte> id, EventKey key, DateTimeOffset? time, IProcessedEvents into)
    {
        _call.Begin(id, key, time);
        Apply(json, 0, 0, default, into);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Page.Dispose();
        _call.Dispose();
        _levels.ForEach(level => level.Dispose());
    }

    private void Apply(ReadOnlySpan<byte> json, int first, int depth, Trail trail, IProcessedEvents into)
    {
        var level = LevelAt(depth);
        for (var at = first; at < _list.Steps.Count; at++)
        {
            var step = _list.Steps[at];
            var output = level.Free;
            _call.Begin(output);
            var outcome = _slow[at] < MostSlow ? Checked(step, step.Apply(json, _call), json.Length) : _call.Fail($"not tried any more: {MostSlow} events of this page took too long");
            _slow[at] += _call.IsSlow ? 1 : 0;
            switch (outcome)
            {
                case ProcessorOutcome.Changed:
                    trail = trail with { IsChanged = true, IsIdHidden = trail.IsIdHidden || (step.Processor.Hides && IsGone(_call.Id, json, output.WrittenSpan)) };
                    json = level.Take();
                    break;
                case ProcessorOutcome.Split:
                    ApplyToParts(output, at + 1, depth, trail, into);
                    return;
                case ProcessorOutcome.Dropped:
                    _dropped[at]++;
                    into.Dropped(step.Name);
                    return;
                case ProcessorOutcome.Failed:
                    trail = Failed(at, trail);
                    _call.Failed.Add(step.Processor);
                    if (step.Processor.Hides)
                    {
                        // What should have been hidden must not go on.
                        output.Clear();
                        WriteWithheld(output, step.Name, json.Length);
                        trail = trail with { IsChanged = true, IsIdHidden = true };
                        json = level.Take();
                    }

                    break;
                default:
                    break;
            }
        }

        End(json, trail, into);
    }

    private void ApplyToParts(PooledBytes output, int first, int depth, Trail trail, IProcessedEvents into)
    {
        int[] ends = [.. _call.PartEnds];
        var failed = _call.Failed.Count;
        for (var (part, start) = (0, 0); part < ends.Length; start = ends[part++])
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"{trail.Suffix}/{part}");
            Apply(output.WrittenSpan[start..ends[part]], first, depth + 1, trail with { IsChanged = true, Suffix = suffix }, into);
            _call.Failed.RemoveRange(failed, _call.Failed.Count - failed);
        }
    }

    private void End(ReadOnlySpan<byte> json, Trail trail, IProcessedEvents into)
    {
        if (trail.Failure is not null && _list.OnError == ProcessorErrorPolicy.Drop)
        {
            _dropped[trail.FailedAt]++;
            into.Dropped(_list.Steps[trail.FailedAt].Name);
            return;
        }

        into.Take(new ProcessedEvent
        {
            Json = json,
            IsChanged = trail.IsChanged,
            IsIdHidden = trail.IsIdHidden,
            Suffix = trail.Suffix ?? "",
            Failure = trail.Failure,
        });
    }

    // An event that became too long could not be delivered, and a page must not grow without end.
    private ProcessorOutcome Checked(ProcessorStep step, ProcessorOutcome outcome, int before)
    {
        if (outcome is not (ProcessorOutcome.Changed or ProcessorOutcome.Split))
        {
            return outcome;
        }

        var growth = _call.Output.Length - before;
        if (growth > 0 && !step.Processor.Hides && outcome == ProcessorOutcome.Changed && _call.Output.Length > CutPage.MostEventBytes)
        {
            return _call.Fail(ProcessorStep.TooLong);
        }

        // Of one that hides something too: it is withheld then, and the memory of all sources is spared.
        if (growth > 0 && _growth + growth > MostGrowth)
        {
            return _call.Fail("the events of one page would become 64 MB longer than they came");
        }

        if (outcome == ProcessorOutcome.Split && _parts + _call.PartEnds.Count > MostParts)
        {
            return _call.Fail("the events of one page would become more than 1,000,000 others");
        }

        _growth += Math.Max(growth, 0);
        _parts += _call.PartEnds.Count;
        return outcome;
    }

    private Trail Failed(int at, Trail trail)
    {
        _failed[at]++;
        var failure = $"{_list.Steps[at].Name}: {_call.Reason}";
        FirstFailure ??= failure;
        return trail.Failure is null ? trail with { Failure = failure, FailedAt = at } : trail;
    }

    private static bool IsGone(ReadOnlySpan<byte> id, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        EventIdText.StandsIn(before, id) && !EventIdText.StandsIn(after, id);

    private static void WriteWithheld(PooledBytes output, string name, int bytes)
    {
        output.Write("{\"auditfunctions_withheld\":"u8);
        output.WriteText(name);
        output.Write(",\"bytes\":"u8);
        output.Write(Encoding.ASCII.GetBytes(bytes.ToString(CultureInfo.InvariantCulture)));
        output.Write("}"u8);
    }

    private Level LevelAt(int depth)
    {
        while (_levels.Count <= depth)
        {
            _levels.Add(new Level());
        }

        return _levels[depth];
    }

    private readonly record struct Trail(bool IsChanged, bool IsIdHidden, string? Suffix, string? Failure, int FailedAt);

    // Two buffers in turn: an action reads from one and writes into the other.
    private sealed class Level : IDisposable
    {
        private PooledBytes _taken = ProcessorBuffer.Create();

        public PooledBytes Free { get; private set; } = ProcessorBuffer.Create();

        public ReadOnlySpan<byte> Take()
        {
            (_taken, Free) = (Free, _taken);
            return _taken.WrittenSpan;
        }

        public void Dispose()
        {
            _taken.Dispose();
            Free.Dispose();
        }
    }
}
