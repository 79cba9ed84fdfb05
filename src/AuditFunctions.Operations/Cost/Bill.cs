using static AuditFunctions.Operations.Cost.MeasuredCounts;

namespace AuditFunctions.Operations.Cost;

/// <summary>What a month costs: counts of what is done, times what each asks for as measured, times prices.</summary>
public sealed class Bill
{
    // Ledger rows are kept for 30 days. A row takes what the service's own formula says of its keys and columns
    // (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model, as remembered), for names of some ten letters.
    private const double LedgerDays = 30;
    private const double LedgerRowBytes = 450;

    // Of the host itself, in a minute: renewing the lease of the primary host (every 12 s) and of the timer (every 30 s).
    private const double LeaseRenewals = 7;

    // Ticks that are rarer are remembered in a blob, so that one which the host slept through is made up for.
    private static readonly TimeSpan OftenEnough = TimeSpan.FromMinutes(1);

    // Log lines of about so many bytes: one for each busy poll, batch and tick, and the metrics that are sent each minute.
    private const double LogLineBytes = 900;
    private const double MetricsBytesPerSourceAndDay = 40_000;
    private const int AlertRules = 10;

    private readonly List<CostLine> _lines = [];
    private readonly PriceList _prices;
    private (double Fetch, double Ship) _idleSeconds;

    /// <summary>Calculates.</summary>
    public Bill(Workload work, PriceList prices)
    {
        _prices = prices;
        var days = Workload.DaysOfMonth;
        var ticks = days * (TimeSpan.FromDays(1) / work.Host.Tick);
        Compute(work, ticks, days);
        Transactions(work, ticks, days);
        Add(CostGroup.Capacity, "ledger rows, GB", work.Batches * LedgerDays * LedgerRowBytes / 1e9, "tableCapacity", $"assumption: {LedgerRowBytes:N0} bytes a row, kept 30 days");
        var vault = work.Secrets * (TimeSpan.FromDays(1) / work.Host.SecretCache) * days;
        Add(CostGroup.Vault, "secrets read again", vault, "vaultOperations", "assumption: one instance; each secret once in Secrets__CacheDuration");
        var logs = ((((work.BusyPolls + work.Batches) * days) + ticks) * LogLineBytes) + (work.Sources * MetricsBytesPerSourceAndDay * days);
        Add(CostGroup.Telemetry, "log ingestion, GB", logs / 1e9, "logIngestion", "assumption: 900 bytes a line, 40 kB of metrics a source and day; no traces");
        Add(CostGroup.Telemetry, "alert rules", AlertRules, "alertRule", "deployment: 10 rules, every 15 minutes");
    }

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<CostLine> Lines => _lines;

    /// <summary>What everything but telemetry costs.</summary>
    public decimal Total => CostGroup.Summed.Sum(Of);

    /// <summary>What a part costs.</summary>
    public decimal Of(string group) => _lines.Where(line => line.Group == group).Sum(line => line.Cost);

    private void Compute(Workload work, double ticks, double days)
    {
        var executions = ticks + ((work.FetchMessages + work.QueuedBatches) * days);
        Add(CostGroup.Compute, "executions", executions, "executions", "one a tick, a fetch message and a batch that is queued");

        // Each function has instances of its own, and each burst after a tick is billed for a second at least.
        var each = work.Host.SecondsPerPoll + (work.Polls > 0 ? work.DirectBatches / work.Polls * work.Host.SecondsPerDelivery : 0);
        var fetch = ActiveSeconds(work.Polls * days / ticks, HostFacts.PollsAtOnce, each);
        var queued = work.QueuedBatches * days / ticks;
        var ship = Math.Max(ActiveSeconds(queued, HostFacts.MessagesAtOnce, work.Host.SecondsPerDelivery), Math.Min(1, queued) * fetch);
        var seconds = ticks * (HostFacts.LeastSeconds + fetch + ship);
        Add(
            CostGroup.Compute,
            "GB-seconds",
            seconds * work.Host.MemoryMb / 1024,
            "gbSeconds",
            $"assumption: a tick keeps Schedule busy {HostFacts.LeastSeconds:0.0} s, Fetch {fetch:0.0} s, Ship {ship:0.0} s, of {work.Host.MemoryMb} MB each");

        // Without messages Ship has no instance that looks for any.
        _idleSeconds = (work.Host.Tick.TotalSeconds - fetch, queued > 0 ? work.Host.Tick.TotalSeconds - ship : 0);
    }

    private void Transactions(Workload work, double ticks, double days)
    {
        var fetches = work.FetchMessages * days;
        var idle = (work.Polls - work.BusyPolls) * days;
        var busy = work.BusyPolls * days;
        var batches = work.Batches * days;
        var queued = work.QueuedBatches * days;
        var further = (work.Pages - work.BusyPolls) * days;
        var lists = Math.Max(0, ((work.Sources - 1) / RowsPerPage) * ticks);
        var swept = batches;

        var reads = (ticks * Tick.TableReads) + (lists * TickPerFurtherPage.TableReads) + (ticks * RowsPerTick.TableReads)
            + (idle * IdlePoll.TableReads) + (busy * BusyPoll.TableReads) + (days * DailySweep.TableReads) + (swept / RowsPerPage);
        Add(CostGroup.Transactions, "table reads", reads, "tableOperations", "measured: a tick, its rows, idle and busy polls, the sweep");
        Add(CostGroup.Transactions, "table reads of Ship", Math.Min(ticks, queued), "tableOperations", "assumption: rows of destinations once a tick");
        var backlog = days * 288 * 2 * work.Destinations * (BacklogWrite.TableReads + BacklogWrite.TableWrites);
        var writes = (ticks * Tick.TableWrites) + (busy * BusyPoll.TableWrites) + (further * FurtherPage.TableWrites)
            + (work.QuietSourceQuarters * days * IdleStatus.TableWrites) + backlog + (swept / RowsPerSweepRequest);
        Add(CostGroup.Transactions, "table writes of polls", writes, "tableOperations", "measured: a tick, lease and commit of busy polls, idle status, backlog, the sweep");
        Add(CostGroup.Transactions, "table writes of deliveries", (queued * Batch.TableWrites) + ((batches - queued) * DirectBatch.TableWrites), "tableOperations", "measured: the mark of each batch, and the claim of one that is queued");
        Add(CostGroup.Transactions, "messages sent", (fetches * FetchMessage.QueueWrites) + (queued * Batch.QueueWrites), "queueOperations", $"measured: one for up to {work.Host.GroupSize} due sources, one a batch that is queued");
        Add(CostGroup.Transactions, "messages deleted", fetches + queued, "queueOperations", "host: one each");
        Add(CostGroup.Transactions, "messages received", (fetches + queued) / work.Host.MessagesPerReceive, "queueOperations", $"assumption: {work.Host.MessagesPerReceive:0.#} at once");
        var looks = HostFacts.EmptyReceives(_idleSeconds.Fetch) + HostFacts.EmptyReceives(_idleSeconds.Ship);
        Add(CostGroup.Transactions, "empty queues looked into", ticks * looks, "queueOperations", $"host: backs off from 0.1 s to 10 s; {looks} looks a tick");
        var lengths = (ticks * Tick.QueueReads) + (days * 96 * TickPerQuarter.QueueReads);
        Add(CostGroup.Transactions, "lengths of queues", lengths, "queueOperations", "measured: two a tick, two a quarter of an hour");
        var blobs = work.BlobBatches * days;
        Add(CostGroup.Transactions, "blobs written", blobs * BlobBody.BlobWrites, "blobWrites", "measured: one a body that does not fit into its message");
        Add(CostGroup.Transactions, "blobs read", blobs * BlobBody.BlobReads, "blobReads", "measured: the same");
        Add(CostGroup.Transactions, "blobs listed", days * DailySweep.BlobLists, "blobLists", "measured: two a day");
        Add(CostGroup.Transactions, "ticks remembered by the host", work.Host.Tick < OftenEnough ? 0 : ticks, "blobWrites", "host: a blob a tick, where ticks are a minute or more apart");
        Add(CostGroup.Transactions, "leases of the host renewed", days * 1_440 * LeaseRenewals, "blobOther", "assumption: 7 a minute");
    }

    // Bursts that are rarer than ticks: only some ticks have one.
    private static double ActiveSeconds(double messages, int atOnce, double each) =>
        messages <= 0 ? 0 : Math.Min(1, messages) * Math.Max(HostFacts.LeastSeconds, Math.Ceiling(messages / atOnce) * each);

    private void Add(string group, string item, double count, string price, string origin) => _lines.Add(new CostLine(group, item, count, _prices[price], origin));
}
