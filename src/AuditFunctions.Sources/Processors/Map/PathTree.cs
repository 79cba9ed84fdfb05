using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>
/// Finds what stands at many paths in one pass over an event that is valid JSON: a tree of their steps. Goes no deeper than the longest path. Not changed
/// once its definition is read.
/// </summary>
internal sealed class PathTree
{
    private const int MostRemembered = 64;

    private readonly Node _root = new(null);
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <summary>How many paths there are.</summary>
    public int Count => _slots.Count;

    /// <summary>Adds a path.</summary>
    /// <returns>Its slot.</returns>
    public int Add(JsonPath path)
    {
        if (_slots.TryGetValue(path.ToString(), out var known))
        {
            return known;
        }

        var node = _root;
        foreach (var step in path.Steps)
        {
            node = node.Below(step);
        }

        return node.Slot = _slots[path.ToString()] = _slots.Count;
    }

    /// <summary>Finds them.</summary>
    /// <param name="json">The event.</param>
    /// <param name="slots">Takes what stands at each path; as many as <see cref="Count"/>.</param>
    public void Find(ReadOnlySpan<byte> json, Span<JsonSlice> slots)
    {
        slots.Clear();
        var start = JsonExtent.SkipSpace(json, 0);
        Take(json, start, JsonExtent.EndOf(json, start), _root, slots);
    }

    private static void Take(ReadOnlySpan<byte> json, int start, int end, Node node, Span<JsonSlice> slots)
    {
        if (node.Slot >= 0)
        {
            slots[node.Slot] = JsonSlice.Of(json, start, end);
        }

        if (node.Inner.Count == 0)
        {
            return;
        }

        if (json[start] == '{')
        {
            TakeMembers(json, start, node, slots);
        }
        else if (json[start] == '[')
        {
            TakeElements(json, start, node, slots);
        }
    }

    private static void TakeMembers(ReadOnlySpan<byte> json, int start, Node node, Span<JsonSlice> slots)
    {
        var (left, seen) = (node.Inner.Count, 0UL);
        var members = new JsonMembers(json, start);
        while (left > 0 && members.Next())
        {
            for (var at = 0; at < node.Inner.Count; at++)
            {
                // Of a name that stands twice the first counts.
                var inner = node.Inner[at];
                if (inner.Step!.Kind == PathStepKind.Name && (at >= MostRemembered || (seen & (1UL << at)) == 0) && inner.Step.Name.Is(members.Name))
                {
                    if (at < MostRemembered)
                    {
                        seen |= 1UL << at;
                        left--;
                    }

                    Take(json, members.ValueStart, members.ValueEnd, inner, slots);
                    break;
                }
            }
        }
    }

    private static void TakeElements(ReadOnlySpan<byte> json, int start, Node node, Span<JsonSlice> slots)
    {
        var (index, seen, last) = (0, 0UL, (Start: -1, End: -1));
        var elements = new JsonElements(json, start);
        for (; elements.Next(); index++)
        {
            last = (elements.Start, elements.End);
            for (var at = 0; at < node.Inner.Count && at < MostRemembered; at++)
            {
                var inner = node.Inner[at];
                var isIt = (seen & (1UL << at)) == 0 && inner.Step!.Kind switch
                {
                    PathStepKind.Index => inner.Step.Index == index,
                    PathStepKind.Match => Says(json, elements.Start, inner.Step),
                    _ => false,
                };
                if (isIt)
                {
                    seen |= 1UL << at;
                    Take(json, elements.Start, elements.End, inner, slots);
                }
            }
        }

        foreach (var inner in node.Inner)
        {
            if (inner.Step!.Kind == PathStepKind.Last && last.Start >= 0)
            {
                Take(json, last.Start, last.End, inner, slots);
            }
        }
    }

    private static bool Says(ReadOnlySpan<byte> json, int start, PathStep step)
    {
        var members = new JsonMembers(json, start);
        return json[start] == '{' && members.Find(step.Name) && JsonText.Unescape(json, JsonSlice.Of(json, members.ValueStart, members.ValueEnd)) == step.Text;
    }

    private sealed class Node(PathStep? step)
    {
        public PathStep? Step { get; } = step;

        public List<Node> Inner { get; } = [];

        public int Slot { get; set; } = -1;

        public Node Below(PathStep step)
        {
            var inner = Inner.Find(known => known.Step!.Kind == step.Kind && known.Step.Name.Text == step.Name.Text && known.Step.Index == step.Index && known.Step.Text == step.Text);
            if (inner is null)
            {
                Inner.Add(inner = new Node(step));
            }

            return inner;
        }
    }
}
