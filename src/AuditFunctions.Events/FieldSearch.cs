using System.Runtime.InteropServices;

namespace AuditFunctions.Events;

/// <summary>
/// Finds the fields that paths lead to, in one pass over an event that is known to be valid JSON: what no path leads into is skipped, nothing is too
/// deep, and the time is linear in the event. Reusable, by one thread at a time.
/// </summary>
public sealed class FieldSearch
{
    private readonly List<FieldMatch> _matches = [];
    private readonly List<(int Path, int Step)> _open = [];
    private readonly List<Frame> _frames = [];

    /// <summary>Finds them.</summary>
    /// <param name="json">The event.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="firstOnly">Whether the search ends at the first one.</param>
    /// <returns>In the order of the event; none lies inside another. Void at the next search.</returns>
    /// <exception cref="InvalidDataException">The event is not valid JSON.</exception>
    public ReadOnlySpan<FieldMatch> Find(ReadOnlySpan<byte> json, ReadOnlySpan<FieldPath> paths, bool firstOnly = false)
    {
        _matches.Clear();
        _open.Clear();
        _frames.Clear();
        var start = JsonExtent.SkipSpace(json, 0);
        for (var path = 0; path < paths.Length; path++)
        {
            if (!paths[path].IsRoot)
            {
                _open.Add((path, 0));
            }
            else if (start < json.Length && paths[path].Takes(json[start]))
            {
                _matches.Add(new FieldMatch(path, -1, start, EndOf(json, start)));
                return CollectionsMarshal.AsSpan(_matches);
            }
        }

        if (start < json.Length && json[start] is (byte)'{' or (byte)'[')
        {
            _frames.Add(new Frame(json[start] == '{', 0, 0));
            Walk(json, paths, start + 1, firstOnly);
        }

        return CollectionsMarshal.AsSpan(_matches);
    }

    private static int EndOf(ReadOnlySpan<byte> json, int start) =>
        JsonExtent.EndOf(json, start) is >= 0 and var end ? end : throw new InvalidDataException("The event is not valid JSON.");

    private void Walk(ReadOnlySpan<byte> json, ReadOnlySpan<FieldPath> paths, int at, bool firstOnly)
    {
        while (_frames.Count > 0 && !(firstOnly && _matches.Count > 0))
        {
            at = JsonExtent.SkipSpace(json, at);
            if (at >= json.Length)
            {
                throw new InvalidDataException("The event is not valid JSON.");
            }

            if (json[at] is (byte)'}' or (byte)']')
            {
                _open.RemoveRange(_frames[^1].OpenAt, _open.Count - _frames[^1].OpenAt);
                _frames.RemoveAt(_frames.Count - 1);
                at++;
            }
            else if (json[at] == ',')
            {
                at++;
            }
            else
            {
                at = Visit(json, paths, at);
            }
        }
    }

    // One member or element: takes it down, goes into it or skips it. Gives where to go on.
    private int Visit(ReadOnlySpan<byte> json, ReadOnlySpan<FieldPath> paths, int at)
    {
        ref var frame = ref CollectionsMarshal.AsSpan(_frames)[^1];
        var nameStart = -1;
        ReadOnlySpan<byte> name = default;
        if (frame.IsObject)
        {
            var nameEnd = EndOf(json, at);
            nameStart = at;
            name = json[(at + 1)..(nameEnd - 1)];
            at = JsonExtent.SkipSpace(json, JsonExtent.SkipSpace(json, nameEnd) + 1);
        }

        var (openAt, openEnd) = (frame.OpenAt, _open.Count);
        var matched = -1;
        for (var open = openAt; open < openEnd && matched < 0; open++)
        {
            var (path, step) = _open[open];
            var steps = paths[path].Steps;
            if (Takes(json, at, frame, name, steps[step]))
            {
                if (step + 1 < steps.Length)
                {
                    _open.Add((path, step + 1));
                }
                else if (paths[path].Takes(json[at]))
                {
                    matched = path;
                }
            }

            // It may start again at every depth.
            if (step == 0 && paths[path].IsAnywhere)
            {
                _open.Add((path, 0));
            }
        }

        frame.Index++;
        if (matched < 0 && _open.Count > openEnd && json[at] is (byte)'{' or (byte)'[')
        {
            _frames.Add(new Frame(json[at] == '{', openEnd, 0));
            return at + 1;
        }

        var end = EndOf(json, at);
        if (matched >= 0)
        {
            _matches.Add(new FieldMatch(matched, nameStart, at, end));
        }

        _open.RemoveRange(openEnd, _open.Count - openEnd);
        return end;
    }

    private static bool Takes(ReadOnlySpan<byte> json, int at, Frame frame, ReadOnlySpan<byte> name, PathStep? step)
    {
        if (step is null)
        {
            return !frame.IsObject;
        }

        return step.Kind switch
        {
            PathStepKind.Name => frame.IsObject && step.Name.Is(name),
            PathStepKind.Pattern => frame.IsObject && step.Name.Fits(name),
            PathStepKind.Index => !frame.IsObject && frame.Index == step.Index,
            PathStepKind.Last => !frame.IsObject && JsonExtent.SkipSpace(json, EndOf(json, at)) is var next && next < json.Length && json[next] == ']',
            _ => !frame.IsObject && Says(json, at, step),
        };
    }

    private static bool Says(ReadOnlySpan<byte> json, int at, PathStep step)
    {
        var members = new JsonMembers(json, at);
        while (json[at] == '{' && members.Find(step.Name))
        {
            if (JsonText.Unescape(json, JsonSlice.Of(json, members.ValueStart, members.ValueEnd)) == step.Text)
            {
                return true;
            }
        }

        return false;
    }

    private record struct Frame(bool IsObject, int OpenAt, int Index);
}
