using System.Text;
using System.Xml;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Xml;

/// <summary>What a node of an <see cref="XmlTree"/> is.</summary>
internal enum XmlPart : byte
{
    /// <summary>An element; what is inside stands behind it, its attributes first.</summary>
    Element,

    /// <summary>An attribute.</summary>
    Attribute,

    /// <summary>Text of an element.</summary>
    Text,
}

/// <summary>
/// The elements, attributes and texts of XML in few arrays: as objects they are many times their text. Names are taken without their namespace. The root
/// element is node 0. Not thread safe.
/// </summary>
internal sealed class XmlTree : IDisposable
{
    private const int CharsPerPiece = 4096;

    private readonly List<(string Plain, string OfAttribute)> _names = [];
    private readonly char[] _piece = new char[CharsPerPiece];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Stack<int> _open = [];
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly PooledBytes _texts = new();
    private Node[] _nodes;
    private int _count;

    private XmlTree(XmlSize size)
    {
        _nodes = LargeArrays.Rent<Node>(size.Nodes);
        _texts.Widen(size.Bytes);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="size">How much there is of it.</param>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static XmlTree Read(XmlReader reader, XmlSize size)
    {
        var tree = new XmlTree(size);
        try
        {
            while (reader.Read())
            {
                tree.Take(reader);
            }

            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>The name of an element.</summary>
    public string NameOf(int node) => _names[_nodes[node].Name].Plain;

    /// <summary>The name of an attribute, behind <c>@</c>.</summary>
    public string AttributeNameOf(int node) => _names[_nodes[node].Name].OfAttribute;

    /// <summary>A number that all elements and attributes of that name have.</summary>
    public int NameNumberOf(int node) => _nodes[node].Name;

    /// <summary>The text of an attribute or text, in UTF-8.</summary>
    public ReadOnlySpan<byte> TextOf(int node) => _texts.WrittenSpan.Slice(_nodes[node].Start, _nodes[node].Length);

    /// <summary>The first node of a kind that stands right inside of an element; -1 for none.</summary>
    public int First(int element, XmlPart kind) => From(element + 1, element, kind);

    /// <summary>The next one.</summary>
    public int Next(int node, int element, XmlPart kind) => From(_nodes[node].End, element, kind);

    /// <summary>All elements right inside of an element.</summary>
    public IEnumerable<int> Inside(int element)
    {
        for (var node = First(element, XmlPart.Element); node >= 0; node = Next(node, element, XmlPart.Element))
        {
            yield return node;
        }
    }

    private int From(int node, int element, XmlPart kind)
    {
        for (; node < _nodes[element].End; node = _nodes[node].End)
        {
            if (_nodes[node].Kind == kind)
            {
                return node;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LargeArrays.Return(_nodes);
        _nodes = [];
        _texts.Dispose();
    }

    private void Take(XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                var element = Add(XmlPart.Element, NumberOf(reader.LocalName));
                var isEmpty = reader.IsEmptyElement;
                TakeAttributes(reader);
                _nodes[element].End = _count;
                if (!isEmpty)
                {
                    _open.Push(element);
                }

                break;
            case XmlNodeType.EndElement:
                _nodes[_open.Pop()].End = _count;
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when _open.Count > 0:
                TakeText(reader, Add(XmlPart.Text, name: 0));
                break;
        }
    }

    private void TakeAttributes(XmlReader reader)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/")
            {
                continue;
            }

            TakeText(reader, Add(XmlPart.Attribute, NumberOf(reader.LocalName)));
        }
    }

    // In pieces: as one text it would take more than twice its bytes.
    private void TakeText(XmlReader reader, int node)
    {
        for (int read; (read = reader.ReadValueChunk(_piece, 0, _piece.Length)) > 0;)
        {
            Write(_piece.AsSpan(0, read), flush: false);
        }

        Write([], flush: true);
        _nodes[node].Length = _texts.Length - _nodes[node].Start;
    }

    private int Add(XmlPart kind, int name)
    {
        _nodes[_count] = new Node { Kind = kind, Name = name, Start = _texts.Length, End = _count + 1 };
        return _count++;
    }

    private void Write(ReadOnlySpan<char> text, bool flush)
    {
        _encoder.Convert(text, _texts.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)), flush, out _, out var bytes, out _);
        _texts.Advance(bytes);
    }

    private int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers[name] = number = _names.Count;
            _names.Add((name, "@" + name));
        }

        return number;
    }

    private struct Node
    {
        public XmlPart Kind;
        public int Name;
        public int Start;
        public int Length;
        public int End;
    }
}
