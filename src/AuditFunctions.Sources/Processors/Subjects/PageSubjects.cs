namespace AuditFunctions.Sources.Processors.Subjects;

/// <summary>
/// The data keys of a page's subjects. A list that asks for one that is not here fails on the event, and the subject is among the wanted: the page is begun
/// again when they are known. Not thread safe.
/// </summary>
/// <param name="known">Knows keys without waiting; null for one that it does not know.</param>
public sealed class PageSubjects(Func<SubjectId, SubjectKey?>? known = null)
{
    private readonly Dictionary<SubjectId, SubjectKey> _keys = [];
    private readonly HashSet<SubjectId> _wanted = [];

    /// <summary>Who was asked for and is not known.</summary>
    public IReadOnlyCollection<SubjectId> Wanted => _wanted;

    /// <summary>Adds the key of somebody who was wanted.</summary>
    public void Add(SubjectId id, SubjectKey key)
    {
        _keys[id] = key;
        _wanted.Remove(id);
    }

    /// <summary>The key; null when it is not known yet. What was said once holds for the whole page.</summary>
    internal SubjectKey? Find(SubjectId id)
    {
        if (!_keys.TryGetValue(id, out var key))
        {
            key = known?.Invoke(id);
            if (key is null)
            {
                _wanted.Add(id);
                return null;
            }

            _keys[id] = key;
        }

        return key;
    }
}
