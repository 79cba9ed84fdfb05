namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// Finds many texts at once, in time that grows with what is read, whatever is in it (Aho and Corasick, "Efficient String Matching", 1975). Immutable.
/// </summary>
internal sealed class TextFinder
{
    // A tree of all texts. Children of a node are a list, since most nodes have one; the root's are looked up.
    private readonly int[] _roots = new int[256];
    private readonly List<Node> _nodes = [default];

    /// <summary>Knows some texts, none of them empty.</summary>
    public TextFinder(IEnumerable<byte[]> texts)
    {
        foreach (var text in texts)
        {
            Add(text);
        }

        Link();
    }

    /// <summary>Length of the longest text.</summary>
    public int Longest { get; private set; }

    /// <summary>Reads one byte more.</summary>
    /// <param name="state">Where the reading stands: 0 at the start.</param>
    /// <param name="next">The byte.</param>
    /// <returns>The length of the longest of the texts that end with this byte; 0 when none does.</returns>
    public int Read(ref int state, byte next)
    {
        int found;
        while ((found = ChildOf(state, next)) == 0 && state != 0)
        {
            state = _nodes[state].Fallback;
        }

        state = found;
        return found == 0 ? 0 : _nodes[found].Length;
    }

    private void Add(byte[] text)
    {
        var at = 0;
        foreach (var next in text)
        {
            var child = ChildOf(at, next);
            if (child == 0)
            {
                child = _nodes.Count;
                _nodes.Add(new Node { Label = next, Sibling = at == 0 ? 0 : _nodes[at].Child });
                if (at == 0)
                {
                    _roots[next] = child;
                }
                else
                {
                    _nodes[at] = _nodes[at] with { Child = child };
                }
            }

            at = child;
        }

        _nodes[at] = _nodes[at] with { Length = text.Length };
        Longest = Math.Max(Longest, text.Length);
    }

    // Where reading goes on when a node has no such child: the longest end of what was read that some text starts with.
    private void Link()
    {
        var waiting = new Queue<int>(_roots.Where(root => root != 0));
        while (waiting.TryDequeue(out var at))
        {
            for (var child = _nodes[at].Child; child != 0; child = _nodes[child].Sibling)
            {
                var fallback = _nodes[at].Fallback;
                int next;
                while ((next = ChildOf(fallback, _nodes[child].Label)) == 0 && fallback != 0)
                {
                    fallback = _nodes[fallback].Fallback;
                }

                _nodes[child] = _nodes[child] with { Fallback = next, Length = Math.Max(_nodes[child].Length, _nodes[next].Length) };
                waiting.Enqueue(child);
            }
        }
    }

    private int ChildOf(int at, byte label)
    {
        if (at == 0)
        {
            return _roots[label];
        }

        var child = _nodes[at].Child;
        while (child != 0 && _nodes[child].Label != label)
        {
            child = _nodes[child].Sibling;
        }

        return child;
    }

    private readonly record struct Node(byte Label, int Child, int Sibling, int Fallback, int Length);
}
