namespace AuditFunctions.Events;

/// <summary>
/// What is wanted of one value of a page, and of the members inside it: a node of the tree into which the paths of a
/// <see cref="PagePlan"/> are compiled. Built once, then only read.
/// </summary>
internal sealed class WatchNode
{
    /// <summary>Names that may be wanted of one object: the ones seen are kept in a 64-bit mask.</summary>
    public const int MaxNames = 64;

    private readonly List<MemberName> _names = [];
    private readonly List<WatchNode> _children = [];
    private readonly List<int> _fields = [];
    private ulong _lengths;

    public WatchNode(bool ofEvent) => OfEvent = ofEvent;

    /// <summary>Whether <see cref="Fields"/> are numbers of event fields; otherwise they are those of page fields.</summary>
    public bool OfEvent { get; }

    /// <summary>Whether the events stand in this value.</summary>
    public bool HoldsEvents { get; set; }

    /// <summary>The fields that take this value's slice.</summary>
    public List<int> Fields => _fields;

    /// <summary>One bit per wanted member.</summary>
    public ulong AllNames { get; private set; }

    /// <summary>Finds or adds the node at the end of a chain of names.</summary>
    /// <exception cref="ArgumentException">An object would have more than <see cref="MaxNames"/> wanted members.</exception>
    public WatchNode At(ReadOnlySpan<PathStep> names)
    {
        WatchNode node = this;
        foreach (PathStep step in names)
        {
            node = node.Child(step.Name);
        }

        return node;
    }

    public WatchNode ChildAt(int index) => _children[index];

    /// <summary>The index of the wanted member of that name, or -1. <paramref name="raw"/> is what stands between the quotes.</summary>
    public int Find(ReadOnlySpan<byte> raw, bool mayBeEscaped)
    {
        if (mayBeEscaped && raw.Contains((byte)'\\'))
        {
            return FindText(JsonText.Unescape(raw));
        }

        if ((_lengths & LengthBit(raw.Length)) == 0)
        {
            return -1;
        }

        for (int i = 0; i < _names.Count; i++)
        {
            if (raw.SequenceEqual(_names[i].Utf8))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The deepest chain of names below this node, for the size of the stack.</summary>
    public int Height() => _children.Count == 0 ? 0 : 1 + _children.Max(child => child.Height());

    private static ulong LengthBit(int length) => 1UL << Math.Min(length, 63);

    private int FindText(string name) => _names.FindIndex(candidate => candidate.Text == name);

    private WatchNode Child(MemberName name)
    {
        int index = FindText(name.Text);
        if (index >= 0)
        {
            return _children[index];
        }

        if (_names.Count == MaxNames)
        {
            throw new ArgumentException(
                $"More than {MaxNames} members of one object are wanted; '{name.Text}' is one too many.", nameof(name));
        }

        AllNames = (AllNames << 1) | 1;
        _lengths |= LengthBit(name.Utf8.Length);
        _names.Add(name);
        _children.Add(new WatchNode(OfEvent));
        return _children[^1];
    }
}
