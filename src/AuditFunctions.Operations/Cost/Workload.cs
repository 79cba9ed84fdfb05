using AuditFunctions.Hosting.Secrets;
namespace AuditFunctions.Operations.Cost;

/// <summary>What an installation has to do. Counts are of a day.</summary>
public sealed record Workload
{
    /// <summary>Sources. A source is one partition.</summary>
    public required int Sources { get; init; }

    /// <summary>Polls of all sources.</summary>
    public required double Polls { get; init; }

    /// <summary>Messages that ask for them: each for up to <c>Scheduling__GroupSize</c> sources that are due at the same tick.</summary>
    public double FetchMessages
    {
        get
        {
            var ticks = TimeSpan.FromDays(1) / Host.Tick;
            var due = Polls / ticks;
            return due < 1 ? Polls : Math.Min(Polls, ticks * Math.Ceiling(due / Host.GroupSize));
        }
    }

    /// <summary>Those that bring something new.</summary>
    public required double BusyPolls { get; init; }

    /// <summary>Those of sources that have brought nothing for a quarter of an hour.</summary>
    public required double QuietSourceQuarters { get; init; }

    /// <summary>Pages with new events.</summary>
    public required double Pages { get; init; }

    /// <summary>Batches, one for each destination.</summary>
    public required double Batches { get; init; }

    /// <summary>Those of them that the fetch delivers itself: the only one of a poll, whose body would fit into a message.</summary>
    public required double DirectBatches { get; init; }

    /// <summary>Those that go through the queue.</summary>
    public double QueuedBatches => Batches - DirectBatches;

    /// <summary>Batches whose body does not fit into a message.</summary>
    public required double BlobBatches { get; init; }

    /// <summary>New events.</summary>
    public required double Events { get; init; }

    /// <summary>Destinations.</summary>
    public required int Destinations { get; init; }

    /// <summary>Secrets that are in use.</summary>
    public required int Secrets { get; init; }

    /// <summary>Where the counts come from.</summary>
    public required string Origin { get; init; }

    /// <summary>How it runs.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>Days in a month: 730 hours, as Azure counts them.</summary>
    public const double DaysOfMonth = 730.0 / 24;

    private const double EventsPerPage = 1_000;
    private const double BytesPerBatch = 1_000_000;
    private const double Compression = 8;
    private const double InlineBytes = 47_000;

    /// <summary>Sources that all have the same interval and as many events each, at random times.</summary>
    public static Workload Described(int sources, TimeSpan interval, double events, int eventSize, int destinations, HostFacts host, int? secrets = null)
    {
        var polls = sources * (TimeSpan.FromDays(1) / interval);
        var perPoll = events / polls;

        // Events at random times: with few, many polls bring none.
        var busy = polls * (1 - Math.Exp(-perPoll));
        var perBusy = busy > 0 ? events / busy : 0;
        var pages = busy * Math.Ceiling(perBusy / EventsPerPage);
        var batches = busy * Math.Max(Math.Ceiling(perBusy / EventsPerPage), Math.Ceiling(perBusy * eventSize / BytesPerBatch));
        var gzip = batches > 0 ? events * eventSize / batches / Compression : 0;
        var quarters = sources * 96 * Math.Exp(-events / (sources * 96));
        return new Workload
        {
            Sources = sources,
            Polls = polls,
            BusyPolls = busy,
            QuietSourceQuarters = quarters,
            Pages = pages,
            Batches = batches * destinations,
            DirectBatches = gzip <= InlineBytes && batches <= busy ? batches * destinations : 0,
            BlobBatches = gzip > InlineBytes ? batches * destinations : 0,
            Events = events,
            Destinations = destinations,
            Secrets = secrets ?? sources + destinations,
            Origin = "described",
            Host = host,
        };
    }
}

/// <summary>How the app runs. What is not measured or set is an assumption, and said to be one.</summary>
public sealed record HostFacts
{
    /// <summary>Memory of an instance in MB: 512, 2048 or 4096.</summary>
    public int MemoryMb { get; init; } = 512;

    /// <summary>How often the scheduler ticks.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many due sources share a message: <c>Scheduling__GroupSize</c>.</summary>
    public int GroupSize { get; init; } = new SchedulingOptions().GroupSize;

    /// <summary>How long a poll takes, with what the vendor takes.</summary>
    public double SecondsPerPoll { get; init; } = 0.5;

    /// <summary>How long a delivery takes, with what the destination takes.</summary>
    public double SecondsPerDelivery { get; init; } = 0.2;

    /// <summary>How long a secret is remembered: <c>Secrets__CacheDuration</c>.</summary>
    public TimeSpan SecretCache { get; init; } = new SecretOptions().CacheDuration;

    /// <summary>Messages that the host gets with one request; <c>host.json</c> allows 8.</summary>
    public double MessagesPerReceive { get; init; } = 4;

    /// <summary>Polls of an instance at once: <c>Fetching__MaxConcurrent</c>.</summary>
    public static readonly int PollsAtOnce = new FetchingOptions().MaxConcurrent;

    /// <summary>Messages of an instance at once: <c>batchSize</c> and <c>newBatchThreshold</c> of <c>host.json</c>.</summary>
    public const int MessagesAtOnce = 12;

    /// <summary>The shortest time that is billed once an instance does something.</summary>
    public const double LeastSeconds = 1;

    /// <summary><c>maxPollingInterval</c> of <c>host.json</c>.</summary>
    public const double LongestPollingInterval = 10;

    /// <summary>How often the host looks into an empty queue in so many seconds: after 0.1 s, then after twice as long each time.</summary>
    public static int EmptyReceives(double seconds)
    {
        var looks = 0;
        var wait = 0.1;
        while (seconds >= wait)
        {
            seconds -= wait;
            wait = Math.Min(wait * 2, LongestPollingInterval);
            looks++;
        }

        return looks;
    }
}
