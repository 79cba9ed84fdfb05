using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Chaos.Records;

/// <summary>
/// What each process did to storage and what was done to it, as the doors saw it: the pages that were sent and not committed, and the claims that
/// ended without a mark. They say which duplicates are allowed. Thread safe.
/// </summary>
internal sealed class StorageTrace(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Life Life, string Source), SentPage> _open = [];
    private readonly HashSet<(string BatchId, DateTimeOffset FetchedAt)> _sent = [];
    private readonly Dictionary<string, List<SentPage>> _pagesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Destination, string BatchId), List<Claim>> _claims = [];
    private readonly Dictionary<string, Life> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _direct = new(StringComparer.Ordinal);

    /// <summary>Batches that were delivered without a message.</summary>
    public int Direct
    {
        get
        {
            lock (_gate)
            {
                return _direct.Count;
            }
        }
    }

    /// <summary>Notes a call that storage carried out.</summary>
    public void Applied(Life life, StorageCall call)
    {
        lock (_gate)
        {
            switch (call)
            {
                case StorageCall.Send send:
                    Sent(life, send.Message);
                    break;
                case StorageCall.Commit commit:
                    Committed(life, commit);
                    break;
                case StorageCall.Ledger step:
                    Stepped(life, step);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Notes a batch that came to a destination and had no message: it is of the page on which whoever holds its source is at work. That it came is
    /// as good as a claim; its mark closes it.
    /// </summary>
    public void Came(ShipMessage message)
    {
        lock (_gate)
        {
            if (_direct.TryAdd(message.BatchId, message.Source) && _holders.TryGetValue(message.Source, out var holder))
            {
                Sent(holder, message);
                Stepped(holder, new StorageCall.Ledger(message.Destination, message.BatchId, LedgerStep.Claim));
            }
        }
    }

    /// <summary>Notes a call that met a fault, whether storage carried it out or not.</summary>
    public void Hurt(Life life, StorageCall call)
    {
        lock (_gate)
        {
            switch (call)
            {
                case StorageCall.Send send:
                    HurtPages(life, source => source == send.Message.Source);
                    HurtClaims(life, send.Message.BatchId);
                    break;
                case StorageCall.Commit commit:
                    HurtPages(life, source => source == commit.Source);
                    break;
                case StorageCall.Store:
                    // The name of a body says not whose it is.
                    HurtPages(life, _ => true);
                    break;
                case StorageCall.Ledger step:
                    HurtClaims(life, step.BatchId);
                    if (_direct.TryGetValue(step.BatchId, out var direct))
                    {
                        HurtPages(life, source => source == direct);
                    }

                    break;
                case StorageCall.GiveUp dead:
                    HurtClaims(life, dead.BatchId);
                    break;
                case StorageCall.Load load:
                    HurtClaims(life, load.BatchId);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Whether any page by which a batch was sent was committed, and whether a kill or a call that met a fault can have kept all of them from it.
    /// Null when the batch was never seen.
    /// </summary>
    public (bool IsCommitted, bool IsExcused)? PageOf(string batchId)
    {
        lock (_gate)
        {
            return !_pagesOf.TryGetValue(batchId, out var pages) ? null
                : (pages.Exists(page => page.IsCommitted), pages.TrueForAll(page => page.IsHurt || page.Life.WasKilled));
        }
    }

    /// <summary>How often a claim on a batch ended without a mark, although the delivery may have happened, because its process was killed or a call of it met a fault.</summary>
    public int BrokenClaims(string destination, string batchId)
    {
        lock (_gate)
        {
            return _claims.TryGetValue((destination, batchId), out var claims)
                ? claims.Count(claim => (!claim.IsClosed || claim.IsTakenOver) && (claim.IsHurt || claim.Life.WasKilled))
                : 0;
        }
    }

    /// <summary>The story of a batch's claims, for a person.</summary>
    public string StoryOf(string destination, string batchId)
    {
        lock (_gate)
        {
            var claims = _claims.GetValueOrDefault((destination, batchId)) ?? [];
            var pages = _pagesOf.GetValueOrDefault(batchId) ?? [];
            return $"{(_direct.ContainsKey(batchId) ? "delivered without a message, " : "")}sent by [{string.Join("; ", pages)}], claimed by [{string.Join("; ", claims)}]";
        }
    }

    private void Sent(Life life, ShipMessage message)
    {
        // A deferred message is sent again as it was: only a page that was fetched anew has another time.
        if (!_sent.Add((message.BatchId, message.FetchedAt)))
        {
            return;
        }

        if (!_open.TryGetValue((life, message.Source), out var page))
        {
            page = _open[(life, message.Source)] = new SentPage(life, owner: null, time.GetUtcNow());
        }

        if (!_pagesOf.TryGetValue(message.BatchId, out var pages))
        {
            pages = _pagesOf[message.BatchId] = [];
        }

        page.Batches++;
        pages.Add(page);
    }

    // A run writes its lease, sends, and commits: the next write of the same run commits what was sent since its last one.
    private void Committed(Life life, StorageCall.Commit commit)
    {
        if (_open.TryGetValue((life, commit.Source), out var page) && page.Owner == commit.Owner)
        {
            page.IsCommitted = true;
        }

        _open[(life, commit.Source)] = new SentPage(life, commit.Owner, time.GetUtcNow());
        _holders[commit.Source] = life;
    }

    private void Stepped(Life life, StorageCall.Ledger step)
    {
        if (!_claims.TryGetValue((step.Destination, step.BatchId), out var claims))
        {
            claims = _claims[(step.Destination, step.BatchId)] = [];
        }

        switch (step.Step)
        {
            case LedgerStep.Claim:
                claims.ForEach(earlier => earlier.IsTakenOver |= !earlier.IsClosed);
                claims.Add(new Claim(life, time.GetUtcNow()));
                break;
            case LedgerStep.Mark or LedgerStep.Release when claims.FindLast(claim => claim.Life == life) is { } own:
                own.IsClosed = true;
                break;
            default:
                break;
        }
    }

    private void HurtPages(Life life, Func<string, bool> isOf)
    {
        foreach (var (key, page) in _open)
        {
            page.IsHurt |= key.Life == life && isOf(key.Source);
        }
    }

    private void HurtClaims(Life life, string batchId)
    {
        foreach (var (key, claims) in _claims.Where(found => found.Key.BatchId == batchId))
        {
            claims.ForEach(claim => claim.IsHurt |= claim.Life == life);
        }
    }

    // What a run sent between two writes of its checkpoint.
    private sealed class SentPage(Life life, string? owner, DateTimeOffset at)
    {
        public Life Life => life;

        public string? Owner => owner;

        public int Batches { get; set; }

        public bool IsCommitted { get; set; }

        public bool IsHurt { get; set; }

        public override string ToString() => $"{life} at {at:HH:mm:ss.fff}{(IsCommitted ? ", committed" : ", not committed")}{(IsHurt ? ", met a fault" : "")}";
    }

    private sealed class Claim(Life life, DateTimeOffset at)
    {
        public Life Life => life;

        public bool IsClosed { get; set; }

        public bool IsTakenOver { get; set; }

        public bool IsHurt { get; set; }

        public override string ToString() => $"{life} at {at:HH:mm:ss.fff}{(IsClosed ? "" : ", never closed")}{(IsTakenOver ? ", taken over" : "")}{(IsHurt ? ", met a fault" : "")}";
    }
}
