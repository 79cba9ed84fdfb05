using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Xml;

/// <summary>
/// XML: each element at a path becomes an object. An attribute becomes a member <c>@name</c>, a child element a member of its name (a list where several
/// have it), text <c>#text</c>, and an element of nothing but text a text. Names are taken without their namespace. No DTD and no external entity is read.
/// </summary>
/// <param name="path">Names of elements from the root on.</param>
internal sealed class XmlShape(string[] path) : IAnswerShape
{
    private const int MaxDepth = 200;
    private const int MaxParts = 1_000_000;

    /// <inheritdoc/>
    public bool HasRootName => true;

    /// <inheritdoc/>
    public bool TakesMarkup => true;

    /// <summary>Reads the path.</summary>
    public static XmlShape Read(SettingReader events, string path)
    {
        var names = path.Split('.');
        if (path.Length == 0 || names.Any(name => name.Length == 0 || name.Contains('[', StringComparison.Ordinal)))
        {
            events.Problems.Add(events.At("path"), "must name the elements from the root on, such as 'log.entries.entry'.");
        }

        return new XmlShape(names);
    }

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds)
    {
        try
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = VendorClient.MaxPageBytes,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            };
            using (var first = XmlReader.Create(bounds.Read(answer), settings))
            {
                if (TooMuchIn(first, bounds) is { } tooMuch)
                {
                    return tooMuch;
                }
            }

            using var reader = XmlReader.Create(bounds.Read(answer), settings);
            var root = XDocument.Load(reader).Root!;
            using var writer = ShapedPage.Writer(into);
            writer.WriteStartObject();
            if (EventsIn(root) is { } events)
            {
                writer.WriteStartArray(ShapedPage.Events);
                foreach (var element in events)
                {
                    WriteObject(writer, element, bounds);
                }

                writer.WriteEndArray();
            }

            writer.WriteStartObject(ShapedPage.Page);
            writer.WritePropertyName(root.Name.LocalName);
            Write(writer, root, bounds);
            writer.WriteEndObject();
            writer.WriteEndObject();
            return null;
        }
        catch (XmlException exception)
        {
            return $"it is not XML that is read here (no DTD) at line {exception.LineNumber}, column {exception.LinePosition}";
        }
    }

    // A list without elements has no events; an answer without the list says nothing of them.
    private List<XElement>? EventsIn(XElement root)
    {
        List<XElement> found = root.Name.LocalName == path[0] ? [root] : [];
        foreach (var name in path.Skip(1))
        {
            if (found.Count == 0)
            {
                return null;
            }

            found = [.. found.SelectMany(element => element.Elements().Where(child => child.Name.LocalName == name))];
        }

        return found.Count > 0 || path.Length > 1 ? found : null;
    }

    // Before anything is built of it: elements are many times their text, and how deep they stand is known while they are read.
    private static string? TooMuchIn(XmlReader reader, ShapeBounds bounds)
    {
        var parts = 0;
        while (reader.Read())
        {
            bounds.Step(0);
            parts += 1 + reader.AttributeCount;
            if (reader.Depth > MaxDepth)
            {
                return $"its elements are nested deeper than {MaxDepth} levels";
            }

            if (parts > MaxParts)
            {
                return string.Create(CultureInfo.InvariantCulture, $"it has more than {MaxParts:N0} elements, texts and attributes; ask for smaller pages with pageSize");
            }
        }

        return null;
    }

    private static void Write(Utf8JsonWriter writer, XElement element, ShapeBounds bounds)
    {
        if (element.HasElements || element.Attributes().Any(IsData))
        {
            WriteObject(writer, element, bounds);
        }
        else
        {
            bounds.Step(writer);
            writer.WriteStringValue(element.Value);
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, XElement element, ShapeBounds bounds)
    {
        bounds.Step(writer);
        writer.WriteStartObject();
        foreach (var attribute in element.Attributes().Where(IsData))
        {
            writer.WriteString("@" + attribute.Name.LocalName, attribute.Value);
        }

        foreach (var group in element.Elements().GroupBy(child => child.Name.LocalName, StringComparer.Ordinal))
        {
            writer.WritePropertyName(group.Key);
            var children = group.ToList();
            if (children.Count > 1)
            {
                writer.WriteStartArray();
            }

            children.ForEach(child => Write(writer, child, bounds));
            if (children.Count > 1)
            {
                writer.WriteEndArray();
            }
        }

        var text = string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value));
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString("#text", text);
        }

        writer.WriteEndObject();
    }

    private static bool IsData(XAttribute attribute) => !attribute.IsNamespaceDeclaration;
}
