namespace AuditFunctions.Events;

/// <summary>The elements of one JSON array, one after another.</summary>
public ref struct JsonElements(ReadOnlySpan<byte> json, int start)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = start + 1;

    /// <summary>Where the element stands.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends.</summary>
    public int End { get; private set; }

    /// <summary>Goes to the next element.</summary>
    /// <returns>false behind the last one.</returns>
    public bool Next()
    {
        _at = JsonExtent.SkipSpace(_json, _at);
        if (_at < _json.Length && _json[_at] == ',')
        {
            _at = JsonExtent.SkipSpace(_json, _at + 1);
        }

        if (_at >= _json.Length || _json[_at] == ']')
        {
            return false;
        }

        Start = _at;
        End = JsonExtent.EndOf(_json, _at);
        _at = End;
        return End >= 0;
    }
}
