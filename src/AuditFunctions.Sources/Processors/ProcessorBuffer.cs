using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors;

/// <summary>
/// What actions write into. An event that is made for it can become a thousand times as long by what an action does, and all sources of a process share its memory: so it ends while
/// it is written, not once it is.
/// </summary>
internal static class ProcessorBuffer
{
    /// <summary>Most bytes of one: the longest event, with all by which the events of a page may grow.</summary>
    public const int MostBytes = CutPage.MostEventBytes + ProcessorRun.MostGrowth;

    /// <summary>Makes one. Writing more throws a <see cref="ProcessorBufferException"/>.</summary>
    public static PooledBytes Create() => new(needed => needed > MostBytes ? throw new ProcessorBufferException() : null);

    /// <summary>Checks the length of a text that an action puts together.</summary>
    /// <exception cref="ProcessorBufferException">It is too long.</exception>
    public static void Check(long length)
    {
        if (length > MostBytes)
        {
            throw new ProcessorBufferException();
        }
    }
}

/// <summary>What an action makes is longer than any event may become.</summary>
internal sealed class ProcessorBufferException() : Exception("What is made of the event is too long.");
