using System.Collections.Concurrent;

namespace AuditFunctions.WorkerHost;

/// <summary>The workers that were started, by id.</summary>
internal sealed class WorkerRegistry
{
    private readonly ConcurrentDictionary<string, Worker> _workers = new(StringComparer.Ordinal);

    public IEnumerable<Worker> All => _workers.Values;

    public void Add(Worker worker) => _workers[worker.Id] = worker;

    public Worker? Find(string id) => _workers.GetValueOrDefault(id);
}
