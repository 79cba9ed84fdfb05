using System.Xml;
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
            XmlSize size;
            using (var first = XmlReader.Create(bounds.Read(answer), settings))
            {
                size = XmlSize.Of(answer.Span, first, bounds, out var tooMuch);
                if (tooMuch is not null)
                {
                    return tooMuch;
                }
            }

            using var reader = XmlReader.Create(bounds.Read(answer), settings);
            using var tree = XmlTree.Read(reader, size);
            using var writer = ShapedPage.Writer(into);
            new XmlWriting(tree, writer, bounds).Write(path);
            return null;
        }
        catch (XmlException exception)
        {
            return $"it is not XML that is read here (no DTD) at line {exception.LineNumber}, column {exception.LinePosition}";
        }
    }
}
