using System.Buffers;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// Reads a text as what it means: percent-encoded bytes (however often), escapes of JSON (also of JSON inside JSON) and of HTML become what they stand for.
/// Two writings of one text read alike, each in time that grows with its length.
/// </summary>
/// <param name="text">The text in UTF-8.</param>
/// <param name="kinds">Which escapes are read.</param>
internal ref struct EscapedBytes(ReadOnlySpan<byte> text, EscapeKinds kinds = EscapeKinds.All)
{
    private const int LongestEntity = 10;
    private static readonly (string Name, byte Value)[] Entities = [("amp", (byte)'&'), ("lt", (byte)'<'), ("gt", (byte)'>'), ("quot", (byte)'"'), ("apos", (byte)'\'')];
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Where in the text the latest bytes are written.</summary>
    public int Start { get; private set; }

    /// <summary>Behind it.</summary>
    public readonly int End => _at;

    /// <summary>The whole text.</summary>
    public static byte[] Read(ReadOnlySpan<byte> text, EscapeKinds kinds)
    {
        var bytes = new List<byte>(text.Length);
        var reader = new EscapedBytes(text, kinds);
        Span<byte> next = stackalloc byte[4];
        while (reader.TryNext(next, out var count))
        {
            bytes.AddRange(next[..count]);
        }

        return [.. bytes];
    }

    /// <summary>The next character or byte.</summary>
    /// <param name="into">Takes up to 4 bytes.</param>
    /// <param name="count">How many.</param>
    /// <returns>false at the end.</returns>
    public bool TryNext(scoped Span<byte> into, out int count)
    {
        count = 1;
        Start = _at;
        if (_at >= _text.Length)
        {
            return false;
        }

        var first = _text[_at];
        switch (first)
        {
            case (byte)'%' when kinds.HasFlag(EscapeKinds.Percent) && TryPercent(out var one):
                into[0] = one;
                return true;
            case (byte)'\\' when kinds.HasFlag(EscapeKinds.Json):
                count = Backslashes(into);
                return true;
            case (byte)'&' when kinds.HasFlag(EscapeKinds.Html) && TryEntity(out var rune):
                count = rune.EncodeToUtf8(into);
                return true;
            default:
                // In a form '+' is a blank.
                into[0] = first == (byte)'+' ? (byte)' ' : first;
                _at++;
                return true;
        }
    }

    // %41, %2541, %252541
    private bool TryPercent(out byte one)
    {
        var at = _at + 1;
        while (at + 3 < _text.Length && _text[at] == (byte)'2' && _text[at + 1] == (byte)'5' && IsHex(at + 2, 2))
        {
            at += 2;
        }

        one = 0;
        if (!IsHex(at, 2))
        {
            return false;
        }

        one = (byte)Hex(at, 2);
        one = one == (byte)'+' ? (byte)' ' : one;
        _at = at + 2;
        return true;
    }

    // Each level of JSON doubles the backslashes.
    private int Backslashes(scoped Span<byte> into)
    {
        while (_at < _text.Length && _text[_at] == (byte)'\\')
        {
            _at++;
        }

        if (_at >= _text.Length)
        {
            into[0] = (byte)'\\';
            return 1;
        }

        var letter = _text[_at];
        if (letter == (byte)'u' && IsHex(_at + 1, 4))
        {
            return Unit(into);
        }

        byte? meant = letter switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'"' or (byte)'/' or (byte)'\'' => letter,
            _ => null,
        };
        _at += meant is null ? 0 : 1;
        into[0] = meant ?? (byte)'\\';
        return 1;
    }

    private int Unit(scoped Span<byte> into)
    {
        var unit = (char)Hex(_at + 1, 4);
        _at += 5;
        if (char.IsHighSurrogate(unit))
        {
            var low = _at;
            while (low < _text.Length && _text[low] == (byte)'\\')
            {
                low++;
            }

            if (low > _at && low < _text.Length && _text[low] == (byte)'u' && IsHex(low + 1, 4) && char.IsLowSurrogate((char)Hex(low + 1, 4)))
            {
                var pair = new Rune(unit, (char)Hex(low + 1, 4));
                _at = low + 5;
                return pair.EncodeToUtf8(into);
            }
        }

        return unit == '+' ? new Rune(' ').EncodeToUtf8(into) : (Rune.TryCreate(unit, out var rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(into);
    }

    // &amp; &#43; &#x2b;
    private bool TryEntity(out Rune rune)
    {
        rune = default;
        var rest = _text[(_at + 1)..];
        var length = rest[..Math.Min(rest.Length, LongestEntity)].IndexOf((byte)';');
        if (length < 2)
        {
            return false;
        }

        var name = Encoding.ASCII.GetString(rest[..length]);
        var isNumber = name[0] == '#' && (name[1] is 'x' or 'X'
            ? int.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            : int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out code)) && Rune.TryCreate(code == '+' ? ' ' : code, out rune);
        if (!isNumber)
        {
            var known = Array.Find(Entities, entity => entity.Name == name);
            if (known.Name is null)
            {
                return false;
            }

            rune = new Rune((char)known.Value);
        }

        _at += length + 2;
        return true;
    }

    private readonly bool IsHex(int at, int count) =>
        at + count <= _text.Length && _text.Slice(at, count).IndexOfAnyExcept(HexDigits) < 0;

    private readonly int Hex(int at, int count)
    {
        var value = 0;
        foreach (var digit in _text.Slice(at, count))
        {
            value = (value * 16) + (digit & 0xF) + (9 * (digit >> 6));
        }

        return value;
    }
}
