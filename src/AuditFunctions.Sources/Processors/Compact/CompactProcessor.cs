using System.Runtime.InteropServices;
using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Compact;

/// <summary>Takes out members that say nothing, at every depth, and objects of which nothing is left. Elements of arrays keep their places.</summary>
internal sealed class CompactProcessor(IReadOnlyList<string> texts) : IProcessor
{
    private const int MostTexts = 100;

    private readonly MemberName[] _texts = [.. texts.Select(text => new MemberName(text))];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "compact",
        "`texts` (none), such as `[\"null\", \"-\"]`, which count as empty too",
        "Takes out the members, at every depth, that are `null`, an empty text, `{}` or `[]`, or become `{}` by that. Elements of arrays stay.",
        Read);

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var gone = Find(json);
        if (gone.Count == 0)
        {
            return ProcessorOutcome.Unchanged;
        }

        call.Output.WriteWithout(json, CollectionsMarshal.AsSpan(gone));
        return ProcessorOutcome.Changed;
    }

    private static CompactProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var texts = reader.Texts("texts");
        if (texts.Count > MostTexts)
        {
            reader.Problems.Add(reader.At("texts"), $"holds {texts.Count} texts; allowed: {MostTexts}.");
        }

        return new CompactProcessor(texts);
    }

    // In the order of the event, none inside another. Without recursion, since nothing bounds the depth of an event.
    private List<FieldMatch> Find(ReadOnlySpan<byte> json)
    {
        var gone = new List<FieldMatch>();
        var open = new Stack<Container>();
        for (var at = JsonExtent.SkipSpace(json, 0); at < json.Length; at = JsonExtent.SkipSpace(json, at))
        {
            if (json[at] is (byte)'}' or (byte)']')
            {
                at++;
                var closed = open.Pop();
                open.TryPeek(out var around);
                if (!closed.IsKept && around is { IsObject: true })
                {
                    // What was taken out of it goes with it.
                    gone.RemoveRange(closed.GoneBefore, gone.Count - closed.GoneBefore);
                    gone.Add(new FieldMatch(0, closed.NameStart, closed.ValueStart, at));
                }
                else if (around is not null)
                {
                    around.IsKept = true;
                }
            }
            else if (json[at] == ',')
            {
                at++;
            }
            else
            {
                at = Visit(json, at, open, gone);
            }
        }

        return gone;
    }

    // One member or element. Gives where to go on.
    private int Visit(ReadOnlySpan<byte> json, int at, Stack<Container> open, List<FieldMatch> gone)
    {
        var nameStart = -1;
        open.TryPeek(out var around);
        if (around is { IsObject: true })
        {
            nameStart = at;
            at = JsonExtent.SkipSpace(json, JsonExtent.SkipSpace(json, JsonExtent.EndOf(json, at)) + 1);
        }

        if (json[at] is (byte)'{' or (byte)'[')
        {
            open.Push(new Container(json[at] == '{', nameStart, at, gone.Count));
            return at + 1;
        }

        var end = JsonExtent.EndOf(json, at);
        if (nameStart >= 0 && SaysNothing(json, JsonSlice.Of(json, at, end)))
        {
            gone.Add(new FieldMatch(0, nameStart, at, end));
        }
        else if (around is not null)
        {
            around.IsKept = true;
        }

        return end;
    }

    private bool SaysNothing(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value is { Kind: JsonKind.Null } or { Kind: JsonKind.String, Length: 0 })
        {
            return true;
        }

        foreach (var text in value.Kind == JsonKind.String ? _texts : [])
        {
            if (text.Is(json.Slice(value.Start, value.Length)))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Container(bool IsObject, int NameStart, int ValueStart, int GoneBefore)
    {
        public bool IsKept { get; set; }
    }
}
