using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Pipeline.Storage.Subjects;

/// <summary>Subjects' data keys in the memory of this process: the ones that were needed last, each for five minutes. Thread safe.</summary>
internal sealed class SubjectKeyCache(SubjectKeyStore store, TimeProvider time)
{
    /// <summary>How many keys are held: some 4 MB.</summary>
    internal const int MostKeys = 10_000;

    private const int MostAtOnce = 16;

    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<SubjectId, LinkedListNode<(SubjectId Id, SubjectKey Key, DateTimeOffset At)>> _byId = [];
    private readonly LinkedList<(SubjectId Id, SubjectKey Key, DateTimeOffset At)> _newest = [];

    /// <summary>A key that is held; null for another.</summary>
    public SubjectKey? Known(SubjectId id)
    {
        lock (_gate)
        {
            // A clock may have been put back since: who is forgotten must be so within five minutes all the same.
            return _byId.TryGetValue(id, out var node) && (time.GetUtcNow() - node.Value.At).Duration() < FreshFor ? node.Value.Key : null;
        }
    }

    /// <summary>Makes sure that the secrets of a list, those of pseudonyms too, have the values that were used so far.</summary>
    /// <exception cref="SecretException">One has another. A failure of storage is an exception too: no event may go on then.</exception>
    public async Task CheckAsync(IReadOnlyDictionary<SecretName, byte[]> secrets, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in secrets)
        {
            await store.CheckAsync(name, value, keep: true, cancellationToken);
        }
    }

    /// <summary>Reads the keys that a page wants, or makes them.</summary>
    /// <param name="subjects">The page's subjects.</param>
    /// <param name="secrets">The values of the secrets that wrap them.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SecretException">A key cannot be unwrapped. A failure of storage is an exception too: no event may go on then.</exception>
    public async Task LoadAsync(PageSubjects subjects, IReadOnlyDictionary<SecretName, byte[]> secrets, CancellationToken cancellationToken)
    {
        SubjectId[] wanted = [.. subjects.Wanted];
        var keys = new SubjectKey[wanted.Length];
        var limit = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, wanted.Length, limit, async (at, stop) => keys[at] = await store.GetAsync(wanted[at], secrets[wanted[at].Secret], stop));
        for (var at = 0; at < wanted.Length; at++)
        {
            subjects.Add(wanted[at], keys[at]);
            Keep(wanted[at], keys[at]);
        }
    }

    private void Keep(SubjectId id, SubjectKey key)
    {
        lock (_gate)
        {
            if (_byId.Remove(id, out var former))
            {
                _newest.Remove(former);
            }

            _byId[id] = _newest.AddFirst((id, key, time.GetUtcNow()));
            if (_newest.Count > MostKeys)
            {
                _byId.Remove(_newest.Last!.Value.Id);
                _newest.RemoveLast();
            }
        }
    }
}
