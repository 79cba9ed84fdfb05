using System.Buffers;

namespace AuditFunctions.Events;

/// <summary>Finds where values end in JSON that was checked when it came in, without looking at what they mean; nothing is too deep for it.</summary>
public static class JsonExtent
{
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]}: \t\r\n"u8);

    /// <summary>The first place from <paramref name="at"/> on that is not white space; the length when there is none.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        var next = json[at..].IndexOfAnyExcept(" \t\r\n"u8);
        return next < 0 ? json.Length : at + next;
    }

    /// <summary>Where the value ends that starts at <paramref name="start"/>; -1 when it does not.</summary>
    public static int EndOf(ReadOnlySpan<byte> json, int start)
    {
        if (start >= json.Length)
        {
            return -1;
        }

        switch (json[start])
        {
            case (byte)'"':
                return EndOfText(json, start);
            case (byte)'{' or (byte)'[':
                return EndOfContainer(json, start);
            default:
                var length = json[start..].IndexOfAny(ScalarEnds);
                return length < 0 ? json.Length : length == 0 ? -1 : start + length;
        }
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        for (var at = start; at < json.Length;)
        {
            var next = json[at..].IndexOfAny("\"{}[]"u8);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            switch (json[at])
            {
                case (byte)'"':
                    at = EndOfText(json, at);
                    if (at < 0)
                    {
                        return -1;
                    }

                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            at++;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static int EndOfText(ReadOnlySpan<byte> json, int start)
    {
        for (var at = start + 1; at < json.Length;)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (json[at] == '"')
            {
                return at + 1;
            }

            at += 2;
        }

        return -1;
    }
}

/// <summary>The members of one JSON object, one after another.</summary>
public ref struct JsonMembers(ReadOnlySpan<byte> json, int start)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = start + 1;

    /// <summary>Where the quote stands that opens its name.</summary>
    public int NameStart { get; private set; }

    /// <summary>The member's name, as it is escaped.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Where its value stands.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Where its value ends.</summary>
    public int ValueEnd { get; private set; }

    /// <summary>Goes to the next member.</summary>
    /// <returns>false behind the last one, and where it is not an object.</returns>
    public bool Next()
    {
        _at = JsonExtent.SkipSpace(_json, _at);
        if (_at < _json.Length && _json[_at] == ',')
        {
            _at = JsonExtent.SkipSpace(_json, _at + 1);
        }

        if (_at >= _json.Length || _json[_at] != '"' || JsonExtent.EndOf(_json, _at) is not (>= 0 and var nameEnd))
        {
            return false;
        }

        NameStart = _at;
        Name = _json[(_at + 1)..(nameEnd - 1)];
        var colon = JsonExtent.SkipSpace(_json, nameEnd);
        if (colon >= _json.Length || _json[colon] != ':')
        {
            return false;
        }

        ValueStart = JsonExtent.SkipSpace(_json, colon + 1);
        ValueEnd = JsonExtent.EndOf(_json, ValueStart);
        _at = ValueEnd;
        return ValueEnd >= 0;
    }

    /// <summary>Goes to the next member of a name.</summary>
    /// <returns>false when there is none.</returns>
    public bool Find(MemberName wanted)
    {
        while (Next())
        {
            if (wanted.Is(Name))
            {
                return true;
            }
        }

        return false;
    }
}
