using System.Collections;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Listings;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What is known of an object.</summary>
/// <param name="IsKnown">Whether it is known at all.</param>
/// <param name="IsListed">Whether the listing that is being read has it.</param>
/// <param name="Content">The content that was listed last.</param>
/// <param name="Before">Where its fields of the listing before lie; null when it was not in that.</param>
internal readonly record struct KnownObject(bool IsKnown, bool IsListed, ulong Content, FieldsPlace? Before);

/// <summary>
/// The objects of the last complete listing and of the one that is being read: about 37 bytes for an object that is in the last one, 48 for another.
/// </summary>
internal sealed class ListingMemory
{
    private readonly List<FieldsPlace> _places = [];
    private readonly Dictionary<EventKey, ulong> _added = [];
    private UInt128[] _keys = [];
    private Entry[] _entries = [];
    private int _count;
    private BitArray _listed = new(0);

    /// <summary>How many objects of the last listing are known.</summary>
    public int Before => _count;

    /// <summary>How many objects the listing that is being read has.</summary>
    public int Listed { get; private set; }

    /// <summary>How many are held together.</summary>
    public int Held => _count + _added.Count;

    /// <summary>Takes an object of the last listing; a later one of the same key takes its place.</summary>
    public void TakeBefore(EventKey key, ulong content, FieldsPlace place)
    {
        if (_places.Count == 0 || _places[^1] != place)
        {
            _places.Add(place);
        }

        if (_count == _keys.Length)
        {
            var larger = Math.Max(1_024, _count + (_count / 2));
            Array.Resize(ref _keys, larger);
            Array.Resize(ref _entries, larger);
        }

        _keys[_count] = new UInt128(key.High, key.Low);
        _entries[_count] = new Entry(content, _places.Count - 1, _count);
        _count++;
    }

    /// <summary>The last listing is taken whole.</summary>
    public void EndBefore()
    {
        Array.Sort(_keys, _entries, 0, _count);
        var kept = 0;
        for (var at = 0; at < _count; at++)
        {
            if (kept > 0 && _keys[kept - 1] == _keys[at])
            {
                _entries[kept - 1] = _entries[kept - 1].Number > _entries[at].Number ? _entries[kept - 1] : _entries[at];
                continue;
            }

            (_keys[kept], _entries[kept]) = (_keys[at], _entries[at]);
            kept++;
        }

        _count = kept;
        _listed = new BitArray(_count);
    }

    /// <summary>What is known of an object.</summary>
    public KnownObject Find(EventKey key)
    {
        if (PlaceOf(key) is var at && at >= 0)
        {
            return new KnownObject(IsKnown: true, _listed[at], _entries[at].Content, _places[_entries[at].Place]);
        }

        return _added.TryGetValue(key, out var content) ? new KnownObject(IsKnown: true, IsListed: true, content, null) : default;
    }

    /// <summary>The listing that is being read has an object.</summary>
    public void List(EventKey key, ulong content)
    {
        if (PlaceOf(key) is var at && at >= 0)
        {
            Listed += _listed[at] ? 0 : 1;
            _listed[at] = true;
            _entries[at] = _entries[at] with { Content = content };
            return;
        }

        Listed += _added.ContainsKey(key) ? 0 : 1;
        _added[key] = content;
    }

    /// <summary>The next objects of the last listing that the one that is being read does not have.</summary>
    /// <param name="from">How many objects of the last one are done.</param>
    /// <param name="most">How many to give at most.</param>
    /// <param name="next">How many objects of the last one are done then.</param>
    public IReadOnlyList<(EventKey Key, ulong Content, FieldsPlace Place)> Missing(int from, int most, out int next)
    {
        var missing = new List<(EventKey, ulong, FieldsPlace)>();
        for (next = from; next < _count && missing.Count < most; next++)
        {
            if (!_listed[next])
            {
                missing.Add((new EventKey((ulong)(_keys[next] >> 64), (ulong)_keys[next]), _entries[next].Content, _places[_entries[next].Place]));
            }
        }

        return missing;
    }

    private int PlaceOf(EventKey key) => Array.BinarySearch(_keys, 0, _count, new UInt128(key.High, key.Low));

    private readonly record struct Entry(ulong Content, int Place, int Number);
}
