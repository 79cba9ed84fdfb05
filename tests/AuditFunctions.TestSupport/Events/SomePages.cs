using System.Globalization;
using System.Text;

namespace AuditFunctions.Tests.Events;

/// <summary>Pages drawn from a seed: JSON in every style, and JSON with something broken.</summary>
internal sealed class SomePages(int seed)
{
    private static readonly string[] Names = ["id", "a", "b", "data", "é", "", "x\\\"y", "\\u0069d", "longer name with spaces", "\\\\"];
    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-0", "12", "-3.5", "1e5", "0.1E-07", "123456789012345678901234567890", "\"\"", "\"id\"",
        "\"\\\\\"", "\"\\\"\"", "\"\\u00e9\\n\\/\"", "\"\\ud83d\\ude00\"", "\"é€😀\"", "\"{[,:]}\"", "\"\\\\\\\"\"", "\"\\ud800\"",
    ];

    private static readonly byte[] Bytes = [.. "{}[]:,\"\\ \n\r\t0-+.eEntfux/"u8, 0, 0x1f, 0x7f, 0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0xff];
    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private string _blank = "";

    /// <summary>A page whose root, or whose member <c>data</c>, mostly holds objects with an <c>id</c>.</summary>
    public byte[] Good()
    {
        _blank = _random.Next(4) switch { 0 => " ", 1 => "\r\n  ", 2 => new string(' ', _random.Next(200)), _ => "" };
        Value(_random.Next(1, 6));
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    /// <summary>A page with one to three bytes changed, put in, taken out, or with its end cut off.</summary>
    public byte[] Mutated()
    {
        List<byte> page = [.. Good()];
        for (int changes = _random.Next(1, 4); changes > 0 && page.Count > 0; changes--)
        {
            int at = _random.Next(page.Count);
            byte value = Bytes[_random.Next(Bytes.Length)];
            switch (_random.Next(5))
            {
                case 0:
                    page[at] = value;
                    break;
                case 1:
                    page.Insert(at, value);
                    break;
                case 2:
                    page.RemoveAt(at);
                    break;
                case 3:
                    page[at] = page[_random.Next(page.Count)];
                    break;
                default:
                    page.RemoveRange(at, Math.Min(page.Count - at, _random.Next(8) == 0 ? page.Count : 2));
                    break;
            }
        }

        return [.. page];
    }

    /// <summary>Lines of values, some empty, some ended by CRLF, some broken.</summary>
    public byte[] Lines()
    {
        var page = new List<byte>();
        for (int lines = _random.Next(6); lines > 0; lines--)
        {
            var line = new SomePages(_random.Next());
            byte[] value = _random.Next(8) == 0 ? line.Mutated() : line.Good();
            page.AddRange(value.Select(b => b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b));
            page.AddRange(Encoding.UTF8.GetBytes(_random.Next(3) switch { 0 => "\r\n", 1 => "\n\n \n", _ => "\n" }));
        }

        return [.. page];
    }

    private void Value(int depth)
    {
        Blank();
        int kind = depth == 0 ? 0 : _random.Next(8);
        switch (kind)
        {
            case 0 or 1 when depth < 4:
                _text.Append(Scalar());
                break;
            case 2 or 3 or 4:
                Members('[', ']', depth, named: false);
                break;
            default:
                Members('{', '}', depth, named: true);
                break;
        }

        Blank();
    }

    private void Members(char open, char close, int depth, bool named)
    {
        _text.Append(open);
        int count = depth == 0 ? 0 : _random.Next(5);
        for (int i = 0; i < count; i++)
        {
            _text.Append(i == 0 ? "" : ",");
            if (named)
            {
                Blank();
                _text.Append('"').Append(Names[_random.Next(Names.Length)]).Append('"');
                Blank();
                _text.Append(':');
            }

            Value(depth - 1);
        }

        Blank();
        _text.Append(close);
    }

    private string Scalar() => _random.Next(6) switch
    {
        0 => '"' + new string('s', _random.Next(150)) + '"',
        1 => '"' + string.Concat(Enumerable.Repeat("\\\\", _random.Next(80))) + "\\\"\"",
        2 => _random.NextInt64().ToString(CultureInfo.InvariantCulture),
        _ => Scalars[_random.Next(Scalars.Length)],
    };

    private void Blank()
    {
        if (_blank.Length > 0 && _random.Next(2) == 0)
        {
            _text.Append(_blank);
        }
    }
}
