using System.Text;
using System.Text.Json;

namespace AuditFunctions.Sources.Answers.Xml;

/// <summary>Writes the page of a document.</summary>
/// <param name="tree">The document.</param>
/// <param name="writer">Takes the page.</param>
/// <param name="bounds">Bounds it.</param>
internal sealed class XmlWriting(XmlTree tree, Utf8JsonWriter writer, ShapeBounds bounds)
{
    private const int Root = 0;

    /// <summary>Writes the elements at a path as events, and the whole document as what paging looks at.</summary>
    public void Write(string[] path)
    {
        writer.WriteStartObject();
        if (EventsAt(path) is { } events)
        {
            writer.WriteStartArray(ShapedPage.Events);
            events.ForEach(WriteObject);
            writer.WriteEndArray();
        }

        writer.WriteStartObject(ShapedPage.Page);
        writer.WritePropertyName(tree.NameOf(Root));
        Write(Root);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // A list without elements has no events; an answer without the list says nothing of them.
    private List<int>? EventsAt(string[] path)
    {
        List<int> found = tree.NameOf(Root) == path[0] ? [Root] : [];
        foreach (var name in path.Skip(1))
        {
            if (found.Count == 0)
            {
                return null;
            }

            found = [.. found.SelectMany(element => tree.Inside(element).Where(child => tree.NameOf(child) == name))];
        }

        return found.Count > 0 || path.Length > 1 ? found : null;
    }

    private void Write(int element)
    {
        if (tree.First(element, XmlPart.Element) >= 0 || tree.First(element, XmlPart.Attribute) >= 0)
        {
            WriteObject(element);
        }
        else
        {
            bounds.Step(writer);
            WriteTexts(element);
        }
    }

    private void WriteObject(int element)
    {
        bounds.Step(writer);
        writer.WriteStartObject();
        for (var attribute = tree.First(element, XmlPart.Attribute); attribute >= 0; attribute = tree.Next(attribute, element, XmlPart.Attribute))
        {
            writer.WritePropertyName(tree.AttributeNameOf(attribute));
            ShapedPage.Write(writer, tree.TextOf(attribute));
        }

        if (tree.First(element, XmlPart.Element) >= 0)
        {
            WriteElements(element);
        }

        for (var text = tree.First(element, XmlPart.Text); text >= 0; text = tree.Next(text, element, XmlPart.Text))
        {
            if (!IsBlank(tree.TextOf(text)))
            {
                writer.WritePropertyName("#text");
                WriteTexts(element);
                break;
            }
        }

        writer.WriteEndObject();
    }

    private void WriteElements(int element)
    {
        foreach (var children in tree.Inside(element).GroupBy(tree.NameNumberOf).Select(group => group.ToList()))
        {
            writer.WritePropertyName(tree.NameOf(children[0]));
            if (children.Count > 1)
            {
                writer.WriteStartArray();
            }

            children.ForEach(Write);
            if (children.Count > 1)
            {
                writer.WriteEndArray();
            }
        }
    }

    private void WriteTexts(int element)
    {
        var first = tree.First(element, XmlPart.Text);
        if (first < 0 || tree.Next(first, element, XmlPart.Text) < 0)
        {
            ShapedPage.Write(writer, first < 0 ? default : tree.TextOf(first));
            return;
        }

        for (var text = first; text >= 0; text = tree.Next(text, element, XmlPart.Text))
        {
            ShapedPage.WritePieces(writer, tree.TextOf(text));
        }

        writer.WriteStringValueSegment(""u8, isFinalSegment: true);
    }

    private static bool IsBlank(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var letter, out var length);
            if (!Rune.IsWhiteSpace(letter))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}
