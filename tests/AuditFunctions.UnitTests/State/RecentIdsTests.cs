using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

public sealed class RecentIdsTests
{
    private const int Capacity = RecentIds.MaxChunks * RecentIds.ChunkIds;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static EventKey Key(int number) => new((ulong)number * 0x9E3779B97F4A7C15UL, (ulong)number);

    [Fact]
    public void Is_a_set_until_it_is_full_and_what_is_saved_is_what_is_loaded() => Law.ForSeeds(30, random =>
    {
        var model = new HashSet<int>();
        var ids = new RecentIds();
        var columns = new byte[RecentIds.MaxChunks][];
        for (var write = 0; write < 12; write++)
        {
            var page = Enumerable.Range(0, random.Next(1, 2_500)).Select(_ => random.Next(Capacity)).ToArray();
            foreach (var number in page)
            {
                model.Add(number);
                ids.Add(Key(number), Seconds(number));
            }

            Assert.False(ids.IsOverfull);
            SaveChanged(ids, columns);
            ids = random.Next(2) == 0 ? Load(columns) : ids;
            Assert.All(page, number => Assert.True(ids.Contains(Key(number))));
            Assert.Equal(model.Count, ids.Count);
        }

        Assert.All(Enumerable.Range(0, 5_000), number => Assert.Equal(model.Contains(number), ids.Contains(Key(number))));
    });

    [Fact]
    public void Full_ring_gives_up_its_oldest_chunks_and_lets_go_only_of_what_lies_before_the_horizon()
    {
        var ids = new RecentIds();
        Add(ids, 0, Capacity);
        ids.Add(Key(Capacity), 0);
        Assert.True(ids.IsOverfull);

        var leaving = ids.MakeRoom(Start.AddSeconds(-1), out var forgottenTo);
        Assert.Equal((RecentIds.LeavingChunks * RecentIds.ChunkIds, 0U), (leaving.Count, forgottenTo));
        Assert.Equal(Enumerable.Range(0, leaving.Count).Select(number => new LeavingId(Key(number), Seconds(number))), leaving);
        Assert.False(ids.IsOverfull || ids.Contains(Key(leaving.Count - 1)));
        Assert.True(ids.Contains(Key(leaving.Count)) && ids.Contains(Key(Capacity)));
    }

    [Fact]
    public void Ids_before_the_horizon_are_let_go_and_those_without_a_time_never_are()
    {
        var ids = new RecentIds();
        ids.Add(Key(-1), 0);
        Add(ids, 0, Capacity);
        var leaving = ids.MakeRoom(Start.AddSeconds(RecentIds.ChunkIds + 100), out var forgottenTo);
        Assert.Equal([new LeavingId(Key(-1), 0)], leaving);
        Assert.Equal(Seconds(RecentIds.ChunkIds - 2), forgottenTo);
    }

    [Fact]
    public void Page_larger_than_the_ring_leaves_but_for_its_newest()
    {
        var ids = new RecentIds();
        Add(ids, 0, 100_000);
        var leaving = ids.MakeRoom(Start, out _);
        var all = leaving.Select(id => id.Key).Concat(Enumerable.Range(0, 100_000).Select(Key).Where(ids.Contains)).ToHashSet();
        Assert.Equal(100_000, all.Count);
        Assert.Equal(100_000, leaving.Count + ids.Count);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:01Z", 1)]
    [InlineData("2026-01-02T00:00:00Z", 86_400)]
    [InlineData("2026-01-02T00:00:01Z", null)]   // more than a day ahead
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("1970-01-01T00:00:00Z", null)]
    [InlineData("9999-12-31T23:59:59Z", null)]
    public void Time_that_cannot_be_counts_as_none(string at, int? secondsAfterStart) =>
        Assert.Equal(secondsAfterStart is { } known ? Seconds(known) : 0, RecentIds.SecondsOf(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), Start));

    [Fact]
    public void Only_chunks_that_a_page_changed_are_written()
    {
        var ids = new RecentIds();
        Add(ids, 0, 3 * RecentIds.ChunkIds);
        ids.Written();
        Add(ids, 0, 3 * RecentIds.ChunkIds);
        Assert.DoesNotContain(Enumerable.Range(0, RecentIds.MaxChunks), ids.IsChanged);
        Add(ids, 3 * RecentIds.ChunkIds, 10);
        Assert.Equal([3], Enumerable.Range(0, RecentIds.MaxChunks).Where(ids.IsChanged));
    }

    [Fact]
    public void Every_column_fits_into_a_table_row()
    {
        var ids = new RecentIds();
        Add(ids, 0, 2 * Capacity);
        ids.MakeRoom(Start, out _);
        var sizes = Enumerable.Range(0, RecentIds.MaxChunks).Select(chunk => ids.Column(chunk).Length).ToArray();
        Assert.All(sizes, size => Assert.InRange(size, 1, 64 * 1024));
        Assert.InRange(sizes.Sum(), 1, 900 * 1024);
    }

    [Theory]
    [InlineData(1)]    // oldest first
    [InlineData(-1)]   // newest first
    [InlineData(0)]    // all at one instant
    public void Ids_of_the_last_page_are_known_or_handed_on_whatever_was_there_before(int direction)
    {
        var columns = new byte[RecentIds.MaxChunks][];
        var ids = new RecentIds();
        var number = 0;
        for (var page = 0; page < 60; page++)
        {
            var from = number;
            for (; number < from + 1_000; number++)
            {
                ids.Add(Key(number), Seconds(100_000 + (direction * number)));
            }

            var gone = ids.IsOverfull ? ids.MakeRoom(Start, out _).Select(id => id.Key).ToHashSet() : [];
            Assert.All(Enumerable.Range(from, 1_000), known => Assert.True(ids.Contains(Key(known)) || gone.Contains(Key(known))));
            SaveChanged(ids, columns);
            ids = page % 7 == 0 ? Load(columns) : ids;
        }
    }

    private static uint Seconds(int number) => RecentIds.SecondsOf(Start.AddSeconds(number), Start.AddYears(1));

    private static void Add(RecentIds ids, int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            ids.Add(Key(number), Seconds(number));
        }
    }

    private static void SaveChanged(RecentIds ids, byte[][] columns)
    {
        for (var chunk = 0; chunk < columns.Length; chunk++)
        {
            columns[chunk] = ids.IsChanged(chunk) ? ids.Column(chunk) : columns[chunk];
        }

        ids.Written();
    }

    private static RecentIds Load(byte[][] columns)
    {
        var loaded = new RecentIds();
        for (var chunk = 0; chunk < columns.Length; chunk++)
        {
            loaded.Load(chunk, columns[chunk]);
        }

        return loaded;
    }
}
