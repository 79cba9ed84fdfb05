using System.Globalization;
using System.Xml;

namespace AuditFunctions.Sources.Answers.Xml;

/// <summary>How much XML holds: looked at before anything is built of it.</summary>
/// <param name="Nodes">Elements, texts and attributes, at most.</param>
/// <param name="Bytes">Bytes of all that is text, about.</param>
internal readonly record struct XmlSize(int Nodes, int Bytes)
{
    private const int MostDepth = 200;
    private const int MostNodes = 1_000_000;
    private const int MostNames = 100_000;

    // A reader holds a tag with all its attributes.
    private const int MostTag = 8 << 20;

    /// <summary>Measures a document.</summary>
    /// <param name="answer">Its bytes.</param>
    /// <param name="reader">Stands before it.</param>
    /// <param name="bounds">Ends it.</param>
    /// <param name="wrong">What is too much in it; null for nothing.</param>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static XmlSize Of(ReadOnlySpan<byte> answer, XmlReader reader, ShapeBounds bounds, out string? wrong)
    {
        wrong = null;
        var nodes = 0;
        if (HasLongTag(answer, bounds))
        {
            wrong = $"a tag of it has more than {MostTag >> 20} MB";
            return default;
        }

        var names = new HashSet<string>(ReferenceEqualityComparer.Instance);
        while (reader.Read())
        {
            bounds.Step(0);
            nodes += 1 + reader.AttributeCount;
            Note(names, reader);
            wrong = reader.Depth > MostDepth ? $"its elements are nested deeper than {MostDepth} levels"
                : nodes > MostNodes ? string.Create(CultureInfo.InvariantCulture, $"it has more than {MostNodes:N0} elements, texts and attributes; ask for smaller pages with pageSize")
                : names.Count > MostNames ? string.Create(CultureInfo.InvariantCulture, $"its elements and attributes have more than {MostNames:N0} different names")
                : null;
            if (wrong is not null)
            {
                return default;
            }
        }

        return new XmlSize(nodes, answer.Length);
    }

    // Each is one object of the reader's.
    private static void Note(HashSet<string> names, XmlReader reader)
    {
        if (reader.NodeType == XmlNodeType.Element)
        {
            names.Add(reader.LocalName);
            while (reader.MoveToNextAttribute())
            {
                names.Add(reader.LocalName);
            }
        }
    }

    // In UTF-16, where bytes do not say what is a tag, the whole may be no longer.
    private static bool HasLongTag(ReadOnlySpan<byte> answer, ShapeBounds bounds)
    {
        if (answer.Length <= MostTag || answer[..Math.Min(4, answer.Length)].IndexOfAny((byte)0, (byte)0xFE, (byte)0xFF) >= 0)
        {
            return answer.Length > MostTag;
        }

        for (var rest = answer; rest.IndexOf((byte)'<') is var start and >= 0;)
        {
            bounds.Step(0);
            rest = rest[start..];
            var end = EndOfTag(rest);
            if (end > MostTag)
            {
                return true;
            }

            rest = rest[end..];
        }

        return false;
    }

    private static int EndOfTag(ReadOnlySpan<byte> tag)
    {
        // A reader goes through these in pieces.
        var end = tag.StartsWith("<!--"u8) ? tag.IndexOf("-->"u8) : tag.StartsWith("<![CDATA["u8) ? tag.IndexOf("]]>"u8) : -2;
        if (end != -2)
        {
            return end < 0 ? Math.Min(tag.Length, 1) : end;
        }

        for (var at = 1; at < tag.Length;)
        {
            var next = tag[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (next < 0)
            {
                return tag.Length;
            }

            at += next;
            if (tag[at] == '>')
            {
                return at + 1;
            }

            var close = tag[(at + 1)..].IndexOf(tag[at]);
            if (close < 0)
            {
                return tag.Length;
            }

            at += close + 2;
        }

        return tag.Length;
    }
}
