using System.Runtime.CompilerServices;

namespace AuditFunctions.Events;

/// <summary>The kinds of the containers around a place, one bit each: 1 is an object. Holds up to <see cref="MaxDepth"/>.</summary>
internal ref struct KindStack
{
    /// <summary>Levels of nesting that are accepted.</summary>
    public const int MaxDepth = 4096;

    /// <summary>Words that the caller lends for the levels beyond the newest 64.</summary>
    public const int Words = MaxDepth / 64;

    private readonly Span<ulong> _older;
    private ulong _newest;

    public KindStack(Span<ulong> words)
    {
        _older = words;
        _older[0] = 0;
    }

    /// <summary>How many containers are open.</summary>
    public int Depth { get; private set; }

    /// <summary>1 inside an object, 0 inside an array or outside everything.</summary>
    public readonly ulong Top => _newest & 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(ulong kind)
    {
        if ((Depth & 63) == 0)
        {
            _older[Depth >> 6] = _newest;
        }

        _newest = (_newest << 1) | kind;
        Depth++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pop()
    {
        Depth--;
        _newest = (Depth & 63) == 0 ? _older[Depth >> 6] : _newest >> 1;
    }
}
