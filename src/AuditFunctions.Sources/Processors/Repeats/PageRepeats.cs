namespace AuditFunctions.Sources.Processors.Repeats;

/// <summary>
/// What events of earlier pages said, for the events of this one. What would have to be looked up passes for new, and is among the wanted: the page is
/// begun again when that is known. Not thread safe.
/// </summary>
/// <param name="known">Whether it was said before, as far as that is known without waiting; null for what must be looked up.</param>
/// <param name="latest">Events after this are not distinguished by their time; the same whenever the page is read. Null where there is no bound.</param>
public sealed class PageRepeats(Func<Repeat, bool?>? known = null, DateTimeOffset? latest = null)
{
    private readonly HashSet<Repeat> _added = [];
    private readonly Dictionary<Repeat, bool> _answers = [];
    private readonly HashSet<Repeat> _wanted = [];

    /// <summary>What the page says that was not said before: to be remembered once it is sent.</summary>
    public IReadOnlyCollection<Repeat> Added => _added;

    /// <summary>What was asked for and is not known.</summary>
    public IReadOnlyCollection<Repeat> Wanted => _wanted;

    /// <summary>Says of one that was wanted whether it was said before.</summary>
    public void Answer(Repeat repeat, bool isKnown)
    {
        _answers[repeat] = isKnown;
        _wanted.Remove(repeat);
    }

    /// <summary>The page begins, or is begun again.</summary>
    public void Begin() => _added.Clear();

    /// <summary>The start of the stretch of time in which an event lies, in seconds since 1970; null for one whose time says nothing.</summary>
    internal uint? StartOf(DateTimeOffset? time, TimeSpan length)
    {
        if (time is not { } known || known > latest)
        {
            return null;
        }

        var seconds = known.ToUnixTimeSeconds();
        var start = seconds - (seconds % (long)length.TotalSeconds);
        return start is > 0 and <= uint.MaxValue ? (uint)start : null;
    }

    /// <summary>Whether it was said before; from now on it was.</summary>
    internal bool IsSaid(Repeat repeat)
    {
        if (_added.Contains(repeat))
        {
            return true;
        }

        if (!_answers.TryGetValue(repeat, out var isKnown))
        {
            if ((known is null ? false : known(repeat)) is not { } told)
            {
                _wanted.Add(repeat);
                told = false;
            }

            isKnown = told;
        }

        return isKnown || !_added.Add(repeat);
    }
}
