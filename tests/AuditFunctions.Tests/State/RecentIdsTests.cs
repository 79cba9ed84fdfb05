using AuditFunctions.Pipeline.Events;
using AuditFunctions.Pipeline.State;
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
                ids.Add(Key(number), Start.AddSeconds(number), Start);
            }

            SaveChanged(ids, columns);
            ids = random.Next(2) == 0 ? Load(columns) : ids;
            Assert.All(page, number => Assert.True(ids.Contains(Key(number))));
            Assert.Equal(model.Count, ids.Count);
        }

        Assert.All(Enumerable.Range(0, 5_000), number => Assert.Equal(model.Contains(number), ids.Contains(Key(number))));
        Assert.Equal(0, ids.Forgotten);
    });

    [Fact]
    public void Full_ring_forgets_the_oldest_chunk_and_says_so_only_of_ids_inside_the_overlap()
    {
        var ids = new RecentIds();
        Add(ids, 0, Capacity, horizon: Start);
        Assert.Equal((Capacity, 0L), (ids.Count, ids.Forgotten));

        ids.Add(Key(Capacity), Start.AddSeconds(Capacity), Start.AddSeconds(3_000));
        Assert.Equal(Capacity - RecentIds.ChunkIds + 1, ids.Count);
        Assert.Equal(200, ids.Forgotten);
        Assert.False(ids.Contains(Key(RecentIds.ChunkIds - 1)));
        Assert.True(ids.Contains(Key(RecentIds.ChunkIds)) && ids.Contains(Key(Capacity)));
    }

    [Fact]
    public void Only_chunks_that_a_page_changed_are_written()
    {
        var ids = new RecentIds();
        Add(ids, 0, 3 * RecentIds.ChunkIds, Start);
        ids.Written();
        Add(ids, 0, 3 * RecentIds.ChunkIds, Start);
        Assert.DoesNotContain(Enumerable.Range(0, RecentIds.MaxChunks), ids.IsChanged);
        Add(ids, 3 * RecentIds.ChunkIds, 10, Start);
        Assert.Equal([3], Enumerable.Range(0, RecentIds.MaxChunks).Where(ids.IsChanged));
    }

    [Fact]
    public void Every_column_fits_into_a_table_row()
    {
        var ids = new RecentIds();
        Add(ids, 0, 2 * Capacity, Start);
        var sizes = Enumerable.Range(0, RecentIds.MaxChunks).Select(chunk => ids.Column(chunk).Length).ToArray();
        Assert.All(sizes, size => Assert.InRange(size, 1, 64 * 1024));
        Assert.InRange(sizes.Sum(), 1, 900 * 1024);
    }

    [Theory]
    [InlineData(1)]    // oldest first
    [InlineData(-1)]   // newest first
    [InlineData(0)]    // all at one instant
    public void Ids_of_the_last_page_survive_whatever_was_there_before(int direction)
    {
        var columns = new byte[RecentIds.MaxChunks][];
        var ids = new RecentIds();
        var number = 0;
        for (var page = 0; page < 60; page++)
        {
            var from = number;
            for (; number < from + 1_000; number++)
            {
                ids.Add(Key(number), Start.AddSeconds(direction * number), Start);
            }

            Assert.All(Enumerable.Range(from, 1_000), known => Assert.True(ids.Contains(Key(known))));
            SaveChanged(ids, columns);
            ids = page % 7 == 0 ? Load(columns) : ids;
        }
    }

    private static void Add(RecentIds ids, int from, int count, DateTimeOffset horizon)
    {
        for (var number = from; number < from + count; number++)
        {
            ids.Add(Key(number), Start.AddSeconds(number), horizon);
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
