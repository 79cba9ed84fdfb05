using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuditFunctions.Configuration;

/// <summary>
/// Reads YAML (and so JSON) into <see cref="SettingNode"/>s. Strict: duplicate keys, anchors, aliases, tags and more than one
/// document are errors, and so is nesting beyond <see cref="MaxDepth"/>.
/// </summary>
public static class SettingYaml
{
    /// <summary>Deepest nesting that is accepted.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads one document.</summary>
    /// <returns>The root, or null when the text is empty or wrong; then <paramref name="problems"/> says why.</returns>
    public static SettingNode? Read(string text, string where, Problems problems)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                problems.Add(where, "is empty.");
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = ReadNode(parser, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                problems.Add(where, "holds more than one document; write one.");
                return null;
            }

            return root;
        }
        catch (YamlException exception)
        {
            problems.Add(At(where, (int)exception.Start.Line), $"is not valid YAML: {FirstLine(exception)}");
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The parser itself trips over some texts; a row must not take the others down with it.
            problems.Add(where, "is not valid YAML.");
            return null;
        }
    }

    /// <summary>How a position is written: <c>file.yaml line 3</c>.</summary>
    public static string At(string where, int line) => line > 0 ? $"{where} line {line}" : where;

    private static SettingNode ReadNode(Parser parser, int depth)
    {
        if (depth >= MaxDepth && parser.Current is (SequenceStart or MappingStart))
        {
            throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, $"nested more than {MaxDepth} levels deep.");
        }

        RefuseAnchors(parser);
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return new SettingText((int)scalar.Start.Line, scalar.Value, scalar.Style == ScalarStyle.Plain);
            case SequenceStart sequence:
                parser.MoveNext();
                var items = new List<SettingNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(ReadNode(parser, depth + 1));
                }

                return new SettingList((int)sequence.Start.Line, items);
            case MappingStart mapping:
                parser.MoveNext();
                return ReadMap(parser, mapping, depth);
            default:
                throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, "aliases are not used here.");
        }
    }

    private static void RefuseAnchors(Parser parser)
    {
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)))
        {
            throw new SemanticErrorException(node.Start, node.End, "anchors and tags are not used here.");
        }
    }

    private static SettingMap ReadMap(Parser parser, MappingStart start, int depth)
    {
        var entries = new List<KeyValuePair<string, SettingNode>>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            RefuseAnchors(parser);
            var key = parser.Consume<Scalar>();
            if (!keys.Add(key.Value))
            {
                throw new SemanticErrorException(key.Start, key.End, $"the key '{key.Value}' stands twice.");
            }

            entries.Add(new(key.Value, ReadNode(parser, depth + 1)));
        }

        return new SettingMap((int)start.Start.Line, entries);
    }

    // Some of the parser's messages quote the text around the error, which could be a secret: keep to its first line.
    private static string FirstLine(YamlException exception)
    {
        var message = exception.InnerException?.Message ?? exception.Message;
        var end = message.IndexOfAny(['\r', '\n']);
        return end < 0 ? message : message[..end];
    }
}
