using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>Lookup files of a folder in memory: read again when they change, and refused when they are too large.</summary>
public sealed class LookupCacheTests : IDisposable
{
    private static readonly LookupFile File = Assert.Single(Lists.Read("[ { action: lookup, path: a, into: b, file: a.csv, key: k } ]").Files);

    private readonly string _folder = Directory.CreateTempSubdirectory("lookups").FullName;
    private readonly ManualTime _time = new("2026-01-01T00:00:00Z");

    [Fact]
    public async Task A_file_that_changes_is_read_again_after_a_minute_and_the_version_of_before_is_still_given_while_in_memory()
    {
        var cache = new LookupCache(new LookupFolder(_folder), _time);
        Assert.Equal((LoadedLookup.Missing, "is missing; add it with 'auditfn lookups add'"), await GetAsync(null));
        await WriteAsync("k,v\n1,old\n");
        Assert.Equal(LoadedLookup.Missing, (await cache.GetAsync(File, null, default)).Version);
        _time.Advance(TimeSpan.FromMinutes(1));
        var first = await cache.GetAsync(File, null, default);
        Assert.NotNull(first.Content);

        await WriteAsync("k,v\n1,newer\n");
        Assert.Same(first, await cache.GetAsync(File, null, default));
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = await cache.GetAsync(File, null, default);
        Assert.NotEqual(first.Version, second.Version);
        Assert.Same(first, await cache.GetAsync(File, first.Version, default));
        Assert.Equal(LoadedLookup.Missing, (await cache.GetAsync(File, LoadedLookup.Missing, default)).Version);

        // Another process has not read the version of before, and a folder does not keep it.
        Assert.Equal(second.Version, (await new LookupCache(new LookupFolder(_folder), _time).GetAsync(File, first.Version, default)).Version);

        async Task<(string, string?)> GetAsync(string? version) => await cache.GetAsync(File, version, default) is var loaded ? (loaded.Version, loaded.Problem) : default;
    }

    [Fact]
    public async Task A_clock_that_was_put_back_does_not_keep_the_old_file()
    {
        // What was asked for in the future of this clock.
        var time = new MovedClock("2026-01-02T00:00:00Z");
        var cache = new LookupCache(new LookupFolder(_folder), time);
        await WriteAsync("k,v\n1,old\n");
        var first = await cache.GetAsync(File, null, default);
        await WriteAsync("k,v\n1,newer\n");
        time.Now -= TimeSpan.FromDays(1);
        Assert.NotEqual(first.Version, (await cache.GetAsync(File, null, default)).Version);
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_is_refused_unread()
    {
        await using (var large = System.IO.File.Create(Path.Combine(_folder, "a.csv")))
        {
            large.SetLength(2L << 30);
        }

        var loaded = await new LookupCache(new LookupFolder(_folder), _time).GetAsync(File, null, default);
        Assert.Null(loaded.Content);
        Assert.Equal("has 2,147,483,648 bytes; allowed: 67,108,864", loaded.Problem);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task WriteAsync(string text) => System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "a.csv"), text);
}
