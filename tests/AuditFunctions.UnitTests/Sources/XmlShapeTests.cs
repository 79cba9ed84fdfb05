using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Answers.Xml;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Pages made of XML, held against what the documents of .NET say of the same XML.</summary>
public sealed class XmlShapeTests
{
    private static readonly string[] Names = ["e", "f", "n:g", "n:e"];

    // Beyond what is written at once, with letters of two and of four bytes at all places.
    private static readonly string[] Texts =
        ["", " ", "\n  ", "x", "a &amp; b", "&#x1F600;\u00e9", "\u2003", "<![CDATA[<e>]]>", "\u001f".Replace('\u001f', '\t'), "\"q\"\\", new string('\u00e9', 70_000), string.Concat(Enumerable.Repeat("\U0001F600", 40_000)) + "\"x"];

    [Fact]
    public void A_page_is_what_the_document_says() => Law.ForSeeds(300, random =>
    {
        var xml = $"<l xmlns:n='urn:n'>{Content(random, 4)}</l>";
        string[][] paths = [["l"], ["l", "e"], ["l", "e", "f"], ["x", "e"]];
        var path = paths[random.Next(paths.Length)];
        using var page = new PooledBytes();
        Assert.Null(new XmlShape(path).Convert(Encoding.UTF8.GetBytes(xml), page, new ShapeBounds(1 << 30, TimeProvider.System, CancellationToken.None)));
        Assert.Equal(Expected(xml, path), Encoding.UTF8.GetString(page.WrittenSpan));
    });

    private static string Content(Random random, int depth)
    {
        var text = new StringBuilder();
        for (var parts = random.Next(5); parts > 0; parts--)
        {
            text.Append(TextOf(random));
            if (depth > 0 && random.Next(3) > 0)
            {
                var name = Names[random.Next(Names.Length)];
                var attributes = random.Next(3) switch { 0 => "", 1 => $" a='{random.Next(9)}'", _ => " xmlns:m='urn:m' n:b='&lt;&#10;' m:c=' '" };
                text.Append(random.Next(4) == 0 ? $"<{name}{attributes}/>" : $"<{name}{attributes}>{Content(random, depth - 1)}</{name}>");
            }
        }

        return text.ToString();
    }

    private static string TextOf(Random random) => Texts[random.Next(random.Next(20) == 0 ? Texts.Length : Texts.Length - 2)];

    private static string Expected(string xml, string[] path)
    {
        using var reader = XmlReader.Create(new StringReader(xml));
        var root = XDocument.Load(reader).Root!;
        using var page = new MemoryStream();
        using (var writer = new Utf8JsonWriter(page, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            List<XElement> found = root.Name.LocalName == path[0] ? [root] : [];
            var isMissing = found.Count == 0;
            foreach (var name in path.Skip(1))
            {
                isMissing |= found.Count == 0;
                found = [.. found.Elements().Where(element => element.Name.LocalName == name)];
            }

            if (!isMissing)
            {
                writer.WriteStartArray("events");
                found.ForEach(element => WriteObject(writer, element));
                writer.WriteEndArray();
            }

            writer.WriteStartObject("page");
            Write(writer, root, root.Name.LocalName);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, XElement element, string? name)
    {
        if (name is not null)
        {
            writer.WritePropertyName(name);
        }

        if (element.HasElements || element.Attributes().Any(attribute => !attribute.IsNamespaceDeclaration))
        {
            WriteObject(writer, element);
        }
        else
        {
            writer.WriteStringValue(element.Value);
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, XElement element)
    {
        writer.WriteStartObject();
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            writer.WriteString("@" + attribute.Name.LocalName, attribute.Value);
        }

        foreach (var group in element.Elements().GroupBy(child => child.Name.LocalName))
        {
            if (group.Count() == 1)
            {
                Write(writer, group.Single(), group.Key);
                continue;
            }

            writer.WriteStartArray(group.Key);
            foreach (var child in group)
            {
                Write(writer, child, null);
            }

            writer.WriteEndArray();
        }

        var text = string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value));
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString("#text", text);
        }

        writer.WriteEndObject();
    }
}
