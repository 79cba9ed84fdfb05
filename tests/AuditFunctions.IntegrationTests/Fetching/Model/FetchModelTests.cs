using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Fetching.Model;

/// <summary>
/// The code that fetches, as it is, against a vendor and a storage of a few lines each, over generated histories: late events, ties, all orders, page sizes and
/// bounds, tiers, and stops at any operation. What must hold is written here in words of the vendor and the clock only.
/// </summary>
public sealed class FetchModelTests
{
    private static readonly PartitionId Partition = new("model", PartitionId.Single);
    internal static readonly SourceDefinition Definition = Read();
    private static readonly DestinationDefinition Destination = ReadDestination();
    private static readonly PipelineMetrics Metrics = new ServiceCollection().AddMetrics().AddSingleton<PipelineMetrics>().BuildServiceProvider().GetRequiredService<PipelineMetrics>();

    // The model's pages hold nothing odd: no dead letter is written.
    private static readonly PageQuarantine Quarantine = new(
        new DeadLetterStore(new StorageAccount(Options.Create(new StorageOptions { ConnectionString = "UseDevelopmentStorage=true" }))), Metrics, TimeProvider.System, NullLogger.Instance);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Since = TimeSpan.FromMinutes(30);

    [Fact]
    public void Nothing_is_lost_or_sent_twice_over_generated_histories() => Check.One(
        Law.Cases(5_000).WithEndSize(1),
        Prop.ForAll(History.Arbitrary, history => new FetchModel(history).Run()));

    /// <summary>Histories that failed once.</summary>
    [Theory]
    [InlineData(1168408952)]   // an ascending window whose cursor expires behind its second page
    public void Histories_that_failed_once_hold(int seed) => new FetchModel(History.Of(seed)).Run();

    /// <summary>Runs one history.</summary>
    private sealed class FetchModel
    {
        private readonly History _history;
        private readonly Habits _habits;
        private readonly ManualTime _clock = new(Start);
        private readonly ModelVendor _vendor;
        private readonly ModelStorage _storage;
        private readonly FetchServices _services;
        private readonly SourceDefinition _source;
        private bool _isClean = true;

        public FetchModel(History history)
        {
            _history = history;
            _habits = history.Habits;
            _vendor = new ModelVendor(history, _clock, Start);
            _storage = new ModelStorage(_vendor, _habits.ChunkIds);
            var options = new FetchingOptions { MaxPages = _habits.MaxPages, MaxRetries = 0 };
            _services = new FetchServices(_storage, _storage, _vendor, _storage, Quarantine, Metrics, options, _clock, new Random(history.Seed), NullLogger.Instance, _storage.Continue);
            _source = Definition with
            {
                Order = _habits.Order,
                Progress = _habits.Progress,
                Timing = Definition.Timing with
                {
                    Interval = Halves(_habits.Interval),
                    Lag = Halves(_habits.Lag),
                    Overlap = Halves(_habits.Overlap),
                    Since = Start - Since,
                    MaxWindow = _habits.MaxWindow == 0 ? null : Halves(_habits.MaxWindow),
                    Granularity = _habits.Grain > 2 ? _habits.GrainTime : TimeSpan.Zero,
                    Tiers = _habits.DeclaredTiers,
                },
            };
        }

        public void Run()
        {
            foreach (var step in _history.Polls)
            {
                Poll(step);
            }

            // Whatever was left is made up for: leases and back-offs end, tiers come due.
            for (var quiet = 0; quiet < 4; quiet++)
            {
                Poll(new PollStep(quiet == 0 ? 20_000 : 4_000, -1, StopKind.Before, -1, false, 0));
                Assert.True(_isClean, "a poll after all mishaps does not end");
            }
        }

        private static TimeSpan Halves(int halves) => TimeSpan.FromSeconds(halves * 0.5);

        private void Poll(PollStep step)
        {
            _clock.Advance(Halves(step.Gap));
            _vendor.Begin(step);
            var wasClean = _isClean;
            var startedAt = _clock.GetUtcNow();
            for (var runs = 0; ; runs++)
            {
                Assert.True(runs < 3_000, "a poll does not come to its end");
                var outcome = RunOnce();
                if (outcome != FetchOutcome.Continued)
                {
                    _isClean = outcome is FetchOutcome.Idle or FetchOutcome.CaughtUp;
                    break;
                }
            }

            // A poll counts for the law when it opened all its windows itself and came to its end.
            if (wasClean && _isClean)
            {
                CheckNothingIsLost(startedAt);
            }
        }

        private FetchOutcome RunOnce()
        {
            var checkpoint = _storage.Read();
            if (checkpoint.IsLeased(_clock.GetUtcNow()))
            {
                return FetchOutcome.Skipped;
            }

            using var stop = new CancellationTokenSource();
            _storage.Begin(stop);
            try
            {
                return new FetchRun(_source, [Destination], Partition, checkpoint, null, _services).RunAsync(stop.Token).GetAwaiter().GetResult();
            }
            catch (KilledException)
            {
                _storage.Account.Stopped();
                return FetchOutcome.Skipped;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                _storage.Account.Stopped();
                return FetchOutcome.Skipped;
            }
        }

        // P1: what was published within the declared lateness, and before a poll, is sent when the poll ends.
        private void CheckNothingIsLost(DateTimeOffset startedAt)
        {
            var sent = _storage.Account.Sent().ToHashSet(StringComparer.Ordinal);
            var overlap = _habits.MaxWindow > 0 ? Math.Min(_habits.Overlap, _habits.MaxWindow / 2) : _habits.Overlap;
            var border = _habits.FromInclusive ? 0 : _habits.Grain;
            var isCursor = _habits.Progress == ProgressKind.Cursor;
            var mayExpire = _history.Polls.Any(poll => poll.Expires);
            foreach (var e in _history.Events)
            {
                var (at, publishedAt) = (_vendor.TimeOf(e.At), _vendor.TimeOf(e.PublishedAt));
                var grains = at.UtcTicks / _habits.GrainTime.Ticks;
                if (publishedAt > startedAt || at < Start - Since + (2 * Max(_habits.GrainTime, TimeSpan.FromSeconds(1))) || grains >= (startedAt - Halves(_habits.Lag)).UtcTicks / _habits.GrainTime.Ticks)
                {
                    continue;
                }

                var late = e.PublishedAt - e.At;
                var isInOverlap = isCursor
                    ? !mayExpire || late <= Math.Max(0, overlap - border) - _habits.AheadBy
                    : late <= _habits.Lag + Math.Max(0, overlap - border);
                var isInTier = _habits.DeclaredTiers.Any(tier => startedAt >= publishedAt + tier.Every && at >= _clock.GetUtcNow() - tier.Window + _habits.GrainTime);
                Assert.True(sent.Contains($"e{e.Number}") || !(isInOverlap || isInTier), $"P1: e{e.Number} of {at:O}, published {publishedAt:O}, was not sent by the poll of {startedAt:O} (overlap {isInOverlap}, tier {isInTier})");
            }
        }

        private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }

    private static SourceDefinition Read()
    {
        var problems = new Problems();
        var row = PipelineHarness.Row("model", ("definition", "baseUrl: https://model.example\nid: id\ntime: time"), ("destination", "siem"));
        var source = new DefinitionReader(new TemplateCatalog()).Read(row, problems);
        Assert.Empty(problems.Found);
        return source!;
    }

    private static DestinationDefinition ReadDestination()
    {
        var problems = new Problems();
        var destination = DestinationCatalog.Read(PipelineHarness.Row("siem", ("type", "splunk-hec"), ("url", "https://siem.example"), ("token", "secret:siem")), problems);
        Assert.Empty(problems.Found);
        return destination!;
    }
}
