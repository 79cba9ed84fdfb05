using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>A path to a value in a JSON text: members by name, elements by number, such as <c>fields.event_id</c> or <c>2.event_id</c>. Immutable.</summary>
internal sealed class JsonPlace(string path)
{
    private readonly byte[][] _parts = [.. path.Split('.').Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>Finds the value below the one that starts at <paramref name="start"/>.</summary>
    /// <returns>Where it stands; null when it is not there.</returns>
    public (int From, int To)? Find(ReadOnlySpan<byte> json, int start)
    {
        var (from, to) = (start, -1);
        foreach (var part in _parts)
        {
            if (from >= json.Length || Step(json, from, part) is not { } next)
            {
                return null;
            }

            (from, to) = next;
        }

        return (from, to);
    }

    private static (int From, int To)? Step(ReadOnlySpan<byte> json, int start, byte[] part) => json[start] switch
    {
        (byte)'{' => Member(json, start, part),
        (byte)'[' when Utf8Parser.TryParse(part, out int number, out _) => Element(json, start, number),
        _ => null,
    };

    private static (int From, int To)? Member(ReadOnlySpan<byte> json, int start, byte[] name)
    {
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            if (members.Name.SequenceEqual(name))
            {
                return (members.ValueStart, members.ValueEnd);
            }
        }

        return null;
    }

    private static (int From, int To)? Element(ReadOnlySpan<byte> json, int start, int number)
    {
        var at = JsonExtent.SkipSpace(json, start + 1);
        for (var passed = 0; JsonExtent.EndOf(json, at) is >= 0 and var end; passed++)
        {
            if (passed == number)
            {
                return (at, end);
            }

            at = JsonExtent.SkipSpace(json, end);
            if (at >= json.Length || json[at] != ',')
            {
                return null;
            }

            at = JsonExtent.SkipSpace(json, at + 1);
        }

        return null;
    }
}
