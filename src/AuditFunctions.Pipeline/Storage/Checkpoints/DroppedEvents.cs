using System.Collections.Immutable;
using System.Globalization;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>How many events each processor of a partition has left out, since its row was made. Written with the page that they are of.</summary>
public sealed class DroppedEvents : IEquatable<DroppedEvents>
{
    /// <summary>More processors than this are counted together: the row's column is bounded.</summary>
    public const int MostNames = 100;

    /// <summary>What they are counted under then. No processor has such a name.</summary>
    public const string Others = "*";

    private readonly ImmutableSortedDictionary<string, long> _counts;

    private DroppedEvents(ImmutableSortedDictionary<string, long> counts) => _counts = counts;

    /// <summary>None.</summary>
    public static DroppedEvents None { get; } = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>Whether none was left out.</summary>
    public bool IsNone => _counts.IsEmpty;

    /// <summary>By the processor's name, in the order of names.</summary>
    public IReadOnlyDictionary<string, long> ByName => _counts;

    /// <summary>The sum of several.</summary>
    public static DroppedEvents Sum(IEnumerable<DroppedEvents> several) => several.Aggregate(None, (sum, one) => sum.And(one._counts));

    /// <summary>With more.</summary>
    public DroppedEvents And(IEnumerable<KeyValuePair<string, long>> more)
    {
        var counts = _counts;
        foreach (var (name, count) in more)
        {
            var under = counts.ContainsKey(name) || counts.Count < MostNames ? name : Others;
            counts = counts.SetItem(under, counts.GetValueOrDefault(under) + count);
        }

        return ReferenceEquals(counts, _counts) ? this : new DroppedEvents(counts);
    }

    /// <summary>Reads what <see cref="ToString"/> writes. What is not written so says nothing.</summary>
    public static DroppedEvents Read(string? text)
    {
        var counts = None._counts;
        foreach (var one in (text ?? "").Split(';'))
        {
            if (one.Split('=') is [{ Length: > 0 } name, var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && counts.Count <= MostNames)
            {
                counts = counts.SetItem(name, count);
            }
        }

        return counts.IsEmpty ? None : new DroppedEvents(counts);
    }

    /// <inheritdoc/>
    public bool Equals(DroppedEvents? other) => other is not null && _counts.SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DroppedEvents);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary><c>name=count</c>, with ';' between. No name holds one of these.</summary>
    public override string ToString() => string.Join(';', _counts.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));
}
