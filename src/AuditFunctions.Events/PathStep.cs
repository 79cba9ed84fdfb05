using System.Text;

namespace AuditFunctions.Events;

/// <summary>How one step of a <see cref="JsonPath"/> chooses a value inside the one before it.</summary>
public enum PathStepKind
{
    /// <summary>The first member of that name.</summary>
    Name,

    /// <summary>The element at a position, counted from 0.</summary>
    Index,

    /// <summary>The last element.</summary>
    Last,

    /// <summary>The first element that is an object whose member has a given text.</summary>
    Match,

    /// <summary>Every member whose name fits a pattern; in a <see cref="FieldPath"/> only.</summary>
    Pattern,
}

/// <summary>One step of a <see cref="JsonPath"/>.</summary>
public sealed class PathStep(PathStepKind kind, MemberName name, int index, string text)
{
    /// <summary>What it leads to.</summary>
    public PathStepKind Kind { get; } = kind;

    /// <summary>The member that it names; none where it names none.</summary>
    public MemberName Name { get; } = name;

    /// <summary>The place in an array, from 0; of no meaning for other kinds.</summary>
    public int Index { get; } = index;

    /// <summary>The text that the member of the element must have; empty for other kinds.</summary>
    public string Text { get; } = text;

    /// <summary>A member of an object.</summary>
    public static PathStep OfName(string name) => new(PathStepKind.Name, new MemberName(name), 0, "");

    /// <summary>The members whose names fit a pattern, in which <c>*</c> stands for any characters.</summary>
    public static PathStep OfPattern(string pattern) => new(PathStepKind.Pattern, new MemberName(pattern), 0, "");

    /// <summary>An element of an array, by its place.</summary>
    public static PathStep OfIndex(int index) => new(PathStepKind.Index, MemberName.None, index, "");

    /// <summary>The last element of an array.</summary>
    public static PathStep OfLast() => new(PathStepKind.Last, MemberName.None, -1, "");

    /// <summary>The first element that is an object whose member has a given text.</summary>
    public static PathStep OfMatch(string name, string text) => new(PathStepKind.Match, new MemberName(name), 0, text);
}

/// <summary>A member name as text and as the bytes in which it usually stands in a page.</summary>
public sealed class MemberName(string text)
{
    /// <summary>No member.</summary>
    public static readonly MemberName None = new("");

    /// <summary>The name as it is written in a path.</summary>
    public string Text { get; } = text;

    /// <summary>The name in UTF-8, unescaped.</summary>
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);

    /// <summary>Whether the bytes between a name's quotes, escaped or not, say this name.</summary>
    public bool Is(ReadOnlySpan<byte> raw) =>
        raw.SequenceEqual(Utf8)
        || (raw.Contains((byte)'\\') && JsonText.Unescape(raw) == Text);

    /// <summary>Whether the bytes between a name's quotes, escaped or not, fit this name as a pattern: <c>*</c> stands for any characters.</summary>
    public bool Fits(ReadOnlySpan<byte> raw) => Fits(raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(JsonText.Unescape(raw)) : raw, Utf8);

    // Goes back to the last star only, so the time is at most the product of both lengths.
    private static bool Fits(ReadOnlySpan<byte> name, ReadOnlySpan<byte> pattern)
    {
        var (at, piece, star, from) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (piece < pattern.Length && pattern[piece] == '*')
            {
                (star, from) = (piece++, at);
            }
            else if (piece < pattern.Length && pattern[piece] == name[at])
            {
                (piece, at) = (piece + 1, at + 1);
            }
            else if (star >= 0)
            {
                (piece, at) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }

        return pattern[piece..].IndexOfAnyExcept((byte)'*') < 0;
    }
}
