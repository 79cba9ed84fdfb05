using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors;

/// <summary>What an action is given beside the event. Used again for every event, by one thread at a time.</summary>
internal sealed class ProcessorCall(ProcessorPage page) : IDisposable
{
    private readonly PooledBytes _id = new();

    /// <summary>What is the same for all events of the page.</summary>
    public ProcessorPage Page { get; } = page;

    /// <summary>Where the new event is written; empty at first.</summary>
    public PooledBytes Output { get; private set; } = ProcessorBuffer.Create();

    /// <summary>Where each event of <see cref="Output"/> ends, when there are several.</summary>
    public List<int> PartEnds { get; } = [];

    /// <summary>A buffer for what an action needs while it works, such as a value.</summary>
    public PooledBytes Scratch { get; } = ProcessorBuffer.Create();

    /// <summary>Another one.</summary>
    public PooledBytes OtherScratch { get; } = ProcessorBuffer.Create();

    /// <summary>Finds fields.</summary>
    public FieldSearch Search { get; } = new();

    /// <summary>The actions that failed on the event so far.</summary>
    public List<IProcessor> Failed { get; } = [];

    /// <summary>The time of the event as the vendor sent it.</summary>
    public DateTimeOffset? Time { get; private set; }

    /// <summary>The key of the event as the vendor sent it.</summary>
    public EventKey Key { get; private set; }

    /// <summary>Its id as it stands in JSON.</summary>
    public ReadOnlySpan<byte> Id => _id.WrittenSpan;

    /// <summary>Why the last action failed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether it took too long.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>The action fails.</summary>
    /// <param name="reason">Why, in a few words that hold nothing of the event.</param>
    public ProcessorOutcome Fail(string reason)
    {
        Reason = reason;
        return ProcessorOutcome.Failed;
    }

    /// <summary>The action fails because it takes too long.</summary>
    public ProcessorOutcome FailSlow(string reason)
    {
        IsSlow = true;
        return Fail(reason);
    }

    /// <summary>Ends an action that wrote the event anew up to a place.</summary>
    /// <param name="json">The event.</param>
    /// <param name="copied">Behind the last place that was changed; 0 where none was.</param>
    public ProcessorOutcome End(ReadOnlySpan<byte> json, int copied)
    {
        if (copied == 0)
        {
            return ProcessorOutcome.Unchanged;
        }

        Output.Write(json[copied..]);
        return ProcessorOutcome.Changed;
    }

    /// <summary>Begins an event.</summary>
    public void Begin(ReadOnlySpan<byte> id, EventKey key, DateTimeOffset? time)
    {
        _id.Clear();
        Failed.Clear();
        _id.Write(id);
        (Key, Time) = (key, time);
    }

    /// <summary>Begins an action.</summary>
    public void Begin(PooledBytes output)
    {
        output.Clear();
        PartEnds.Clear();
        (Output, IsSlow) = (output, false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _id.Dispose();
        Scratch.Dispose();
        OtherScratch.Dispose();
    }
}
